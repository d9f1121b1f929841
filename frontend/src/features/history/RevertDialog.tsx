import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { ClientPreviews } from '@/components/ClientPreviews';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/Field';
import { Loading, useProblemText } from '@/components/States';
import { toast } from '@/components/Toasts';
import { revertQuery, useRevert, type CommitWhole } from '@/features/history/calls';
import styles from '@/features/history/Commit.module.css';

/** What taking a commit back would write, before it is written. */
export function RevertDialog({ commit, onClose }: { commit: CommitWhole; onClose: () => void }) {
  const { t } = useTranslation('history');
  const { t: common } = useTranslation();
  const preview = useQuery(revertQuery(commit.revision));
  const revert = useRevert();
  const words = useProblemText();
  const [reason, setReason] = useState('');
  const send = () =>
    revert.mutate(
      { rev: commit.revision, base: preview.data?.head ?? null, reason },
      {
        onError: () => void preview.refetch(), // main may have moved: what is asked for next is what is seen then
        onSuccess: () => {
          toast({ tone: 'ok', text: t('reverted', { subject: commit.subject }) });
          onClose();
        },
      },
    );
  const problem = preview.error ?? revert.error;
  return (
    <Dialog
      title={t('revertTitle', { subject: commit.subject })}
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button look="primary" icon="revert" isBusy={revert.isPending} disabled={!preview.isSuccess || revert.isPending} onClick={send}>
            {t('revert')}
          </Button>
          <Button onClick={onClose}>{common('cancel')}</Button>
        </>
      }
    >
      <div className={styles.dialog}>
        {preview.isPending && <Loading lines={3} />}
        {problem && (
          <p role="alert" className={styles.problem}>
            {words(problem)}
          </p>
        )}
        {preview.data && <ClientPreviews previews={preview.data.previews} />}
        {preview.data && <TextField label={t('reason')} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}
      </div>
    </Dialog>
  );
}
