import { useTranslation } from 'react-i18next';
import { Rich } from '@/components/Rich';
import { sayIn } from '@/lib/i18n/i18n';

/** What the program says of one case, in the chosen language where it is known there; else as it was said, marked as English. */
export function Said({ text }: { text: string }) {
  const { i18n } = useTranslation();
  const said = sayIn(i18n.language, text);
  return said === text && i18n.language !== 'en' ? (
    <span lang="en">
      <Rich text={text} />
    </span>
  ) : (
    <Rich text={said} />
  );
}
