import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/Field';
import { Rich } from '@/components/Rich';
import { useProblemText } from '@/components/States';
import { toast } from '@/components/Toasts';
import { gapName, useAcceptGap } from '@/features/client/calls';
import styles from '@/features/client/ClientPage.module.css';
import type { ClientShown, DroppedShown } from '@/lib/api/schema';

const FORM = 'accept-gap';

/** The lines of `reconciler.yaml` that say which gap it is. */
function written({ entity, field }: DroppedShown, client: string): string {
  const lines = Object.entries({ entity, field, client }).filter(([, value]) => value !== null);
  return `accepted_gaps:\n${lines.map(([name, value], at) => `${at === 0 ? '  - ' : '    '}${name}: ${value}`).join('\n')}`;
}

/** Say that what a client cannot hold is meant: what that changes, why, and then it counts no more. */
export function AcceptGap({ target, gap, left, onClose }: { target: ClientShown; gap: DroppedShown; left: number; onClose: () => void }) {
  const { t } = useTranslation('client');
  const { t: common } = useTranslation();
  const [reason, setReason] = useState('');
  const accept = useAcceptGap();
  const words = useProblemText();
  const entity = gapName(gap);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const onSuccess = () => {
      toast({ tone: 'ok', text: t('accepted', { entity }) });
      onClose();
    };
    accept.mutate({ entity, client: target.type, reason }, { onSuccess });
  };
  const footer = (
    <>
      <Button type="submit" form={FORM} look="primary" icon="check" isBusy={accept.isPending}>
        {t('acceptGap')}
      </Button>
      <Button onClick={onClose}>{common('cancel')}</Button>
    </>
  );
  return (
    <Dialog title={t('acceptTitle', { entity })} onClose={onClose} footer={footer}>
      <form id={FORM} className={styles.dialog} onSubmit={submit}>
        <p>{t('acceptText', { client: target.name })}</p>
        {left > 0 && <p>{t('acceptLeft', { client: target.name, count: left })}</p>}
        <p>
          <Rich text={t('acceptWhere')} />
        </p>
        <pre className={styles.entry}>{written(gap, target.type)}</pre>
        <TextField
          label={t('reason')}
          required
          autoFocus
          maxLength={500}
          value={reason}
          error={accept.isError ? words(accept.error) : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
