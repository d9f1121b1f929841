import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/Field';
import { useProblemText } from '@/components/States';
import styles from '@/features/client/ClientPage.module.css';
import { useChangeClient } from '@/lib/api/changeClient';
import type { ClientShown } from '@/lib/api/schema';

const FORM = 'pause';

/** Leave a target alone: why, and until when for who reads it later. */
export function Pause({ target, onClose }: { target: ClientShown; onClose: () => void }) {
  const { t } = useTranslation('client');
  const { t: common } = useTranslation();
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const change = useChangeClient();
  const words = useProblemText();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const when = until ? `${new Date(until).toISOString().slice(0, 16)}Z` : null;
    change.mutate({ id: target.id, mode: 'suspended', reason, until: when }, { onSuccess: onClose });
  };
  const footer = (
    <>
      <Button type="submit" form={FORM} look="primary" isBusy={change.isPending}>
        {t('pause')}
      </Button>
      <Button onClick={onClose}>{common('cancel')}</Button>
    </>
  );
  return (
    <Dialog title={t('pauseTitle', { client: target.name })} onClose={onClose} footer={footer}>
      <form id={FORM} className={styles.dialog} onSubmit={submit}>
        <p>{t('pauseText')}</p>
        <TextField
          label={t('reason')}
          required
          autoFocus
          maxLength={500}
          value={reason}
          error={change.isError ? words(change.error) : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        <TextField label={t('until')} hint={t('untilHint')} type="datetime-local" value={until} onChange={(event) => setUntil(event.target.value)} />
      </form>
    </Dialog>
  );
}
