import { useTranslation } from 'react-i18next';
import { Segments } from '@/components/Segments';
import { VIEWS, type View } from '@/lib/views';

/** Whether a change is drawn field by field, or as text. */
export function ViewChoice({ value, onChange }: { value: View; onChange: (view: View) => void }) {
  const { t } = useTranslation();
  return <Segments label={t('diff.view')} value={value} options={VIEWS.map((view) => ({ value: view, text: t(`diff.${view}`) }))} onChange={onChange} />;
}
