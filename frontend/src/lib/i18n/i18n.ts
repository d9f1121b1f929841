import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { sayings, type Say } from '@/lib/i18n/sayings';

export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language is a chunk of its own: one JSON file for each feature, in `src/locales/<language>/`. */
const texts: Record<Language, () => Promise<{ default: Record<string, object> }>> = {
  en: () => import('@/locales/en'),
  ko: () => import('@/locales/ko'),
};

/** The program says things in English. */
const said: Partial<Record<Language, () => Promise<{ default: Record<string, string> }>>> = { ko: () => import('@/locales/sayings.ko.json') };
const known = new Map<Language, Say>();

/** What the program said, in a language that was loaded. */
export const sayIn = (wanted: string, text: string): string => known.get(wanted as Language)?.(text) ?? text;

const isLanguage = (word: string): word is Language => (LANGUAGES as readonly string[]).includes(word);

export function language(): Language {
  const named = document.documentElement.lang;
  return isLanguage(named) ? named : 'en';
}

async function load(wanted: Language): Promise<void> {
  if (i18next.hasResourceBundle(wanted, 'common')) return;
  const [{ default: found }, words] = await Promise.all([texts[wanted](), said[wanted]?.()]);
  if (words) known.set(wanted, sayings(words.default));
  for (const [name, words] of Object.entries(found)) i18next.addResourceBundle(wanted, name, words);
}

export async function startLanguage(first: Language = language()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: first,
    fallbackLng: false,
    defaultNS: 'common',
    resources: {},
    interpolation: { escapeValue: false }, // React escapes
    react: { useSuspense: false },
  });
  await load(first);
  await i18next.changeLanguage(first);
}

/** Switch at once, and remember it on this machine. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  await load(wanted);
  localStorage.setItem('language', wanted);
  document.documentElement.lang = wanted;
  await i18next.changeLanguage(wanted);
}
