/** What the program says of one case, in another language. Knows sentences of its source, with `{}` in the place of values. */
export type Say = (text: string) => string;

interface Pattern {
  match: RegExp;
  other: string;
}

const NEXT = '; '; // between several that are said at once
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const fixed = (template: string) => template.replaceAll('{}', '').length;

/** The sentence with most words of its own is the one that was said: `has no {} servers` before `{} has no {}`. */
const patterns = (words: Record<string, string>): Pattern[] =>
  Object.entries(words)
    .sort(([one], [other]) => fixed(other) - fixed(one))
    .map(([template, other]) => ({ match: new RegExp(`^${template.split('{}').map(escaped).join(`((?:(?!${NEXT}).)+?)`)}$`, 's'), other }));

const OF_ENTRY = /^([a-z]+\/\S+(?: \S+)?): (.+)$/s;
const OF_ANYTHING = /^([^:;]+): (.+)$/s;
const OF_CLIENT = /^(\S+) (.+)$/s;

/** A text in the language of `words`; what they do not know stays as it was said. */
export function sayings(words: Record<string, string>): Say {
  const all = patterns(words);

  /** What follows a name that stands before it: `mcp/docs: codex has no …`. */
  const after = (form: RegExp, text: string): string => {
    const [, name = '', rest = ''] = form.exec(text) ?? [];
    const said = rest && say(rest);
    return said === rest ? text : `${name}: ${said}`;
  };
  /** All of it, or all after the name of a client, as one sentence. */
  const sentence = (text: string): string => {
    const [, client = '', rest = ''] = OF_CLIENT.exec(text) ?? [];
    for (const { match, other } of all)
      for (const [before, one] of [['', text], [`${client}: `, rest]] as const) {
        const values = match.exec(one)?.slice(1);
        if (values) return before + other.replace(/\{(\d)\}/g, (_, at: string) => say(values[Number(at)] ?? ''));
      }
    return text;
  };
  const several = (text: string): string => (text.includes(NEXT) ? text.split(NEXT).map(say).join(NEXT) : text);

  const ways = [(text: string) => after(OF_ENTRY, text), sentence, (text: string) => after(OF_ANYTHING, text), several];
  const say: Say = (text) => {
    for (const way of ways) {
      const said = way(text);
      if (said !== text) return said;
    }
    return text;
  };
  return say;
}
