import type { MoveAsked } from '@/features/client/calls';
import type { ClientShown } from '@/lib/api/schema';

/** Who is to have an entity: a word of the language, what fills it, and what the gateway is asked for. */
export interface Place {
  key: string;
  word: 'all' | 'client' | 'machine' | 'both' | 'project' | 'fromProject' | 'fromLocal';
  project?: string;
  asked: MoveAsked;
}

/** Where an entity of this target can go. What a project or a folder keeps can only be given away from here. */
export function places(target: ClientShown, projects: readonly string[]): [Place, ...Place[]] {
  const [scope, project = ''] = target.scope.split(':');
  if (scope === 'project') return [{ key: 'fromProject', word: 'fromProject', project, asked: { call: 'share', body: { project } } }];
  if (scope === 'local') return [{ key: 'fromLocal', word: 'fromLocal', project, asked: { call: 'share', body: { local: project, client: target.type } } }];
  const keep = (word: Place['word'], body: MoveAsked['body'], of?: string): Place => ({ key: of ? `${word} ${of}` : word, word, ...(of ? { project: of } : {}), asked: { call: 'keep-local', body } });
  return [
    { key: 'all', word: 'all', asked: { call: 'share', body: {} } },
    keep('client', { client: target.type }),
    keep('machine', { machine: target.machine }),
    keep('both', { client: target.type, machine: target.machine }),
    ...projects.map((one) => keep('project', { project: one }, one)),
  ];
}

/** Whose is given to everybody, where several layers have it. */
export const SOURCES = ['any', 'client', 'machine', 'both'] as const;
export type Source = (typeof SOURCES)[number];

/** The same, from one layer. */
export function from(asked: MoveAsked, source: Source, target: ClientShown): MoveAsked {
  const client = source === 'client' || source === 'both' ? { client: target.type } : {};
  const machine = source === 'machine' || source === 'both' ? { machine: target.machine } : {};
  return { ...asked, body: { ...asked.body, ...client, ...machine } };
}
