import { useTranslation } from 'react-i18next';
import { TextArea } from '@/components/Field';
import { isText } from '@/features/reviews/edited';
import styles from '@/features/reviews/Item.module.css';
import type { ItemDetail } from '@/lib/api/schema';

interface Props {
  item: ItemDetail;
  text: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

/** A value of one's own, checked as it is typed. */
export function EditValue({ item, text, error, onChange }: Props) {
  const { t } = useTranslation('reviews');
  return (
    <div className={styles.edit}>
      <TextArea
        label={t('edited')}
        hint={t(isText(item) ? 'asText' : 'asJson')}
        error={error}
        value={text}
        rows={Math.min(text.split('\n').length + 1, 20)}
        spellCheck={false}
        autoFocus
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
    </div>
  );
}
