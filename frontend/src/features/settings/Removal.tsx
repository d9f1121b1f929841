import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import { Dialog } from '@/components/Dialog';

/** The button of what cannot be taken back: it asks first, and says what follows. */
export function Removal({ label, what, disabled = false, onRemove }: { label: string; what: string; disabled?: boolean; onRemove: () => void }) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const remove = () => {
    setAsking(false);
    onRemove();
  };
  return (
    <>
      <IconButton icon="close" label={label} disabled={disabled} onClick={() => setAsking(true)} />
      {isAsking && (
        <Dialog
          title={label}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button look="danger" onClick={remove}>
                {label}
              </Button>
              <Button onClick={() => setAsking(false)}>{t('cancel')}</Button>
            </>
          }
        >
          <p>{what}</p>
        </Dialog>
      )}
    </>
  );
}
