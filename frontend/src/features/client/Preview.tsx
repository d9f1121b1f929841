import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { FieldDiff } from '@/components/FieldDiff';
import { ErrorState, Loading, useProblemText } from '@/components/States';
import { OutcomeMark } from '@/components/TargetMarks';
import { TextDiff } from '@/components/TextDiff';
import { toast } from '@/components/Toasts';
import styles from '@/features/client/ClientPage.module.css';
import type { ClientPreviewShown, ClientShown } from '@/lib/api/schema';
import { useTrigger } from '@/lib/api/trigger';

/** What a sync would do to every client, before it does it. */
export function Preview({ target, onClose }: { target: ClientShown; onClose: () => void }) {
  const { t } = useTranslation('client');
  const { t: common } = useTranslation();
  const words = useProblemText();
  const rehearsal = useTrigger();
  const sync = useTrigger();
  const { mutate } = rehearsal;
  useEffect(() => mutate({ targets: [target.id], dry_run: true }), [mutate, target.id]);

  const go = () =>
    sync.mutate(
      { targets: [target.id] },
      {
        onError: (error) => toast({ tone: 'danger', text: words(error) }),
        onSuccess: () => {
          toast({ tone: 'ok', text: t('synced', { client: target.name }) });
          onClose();
        },
      },
    );
  const footer = (
    <>
      <Button look="primary" icon="sync" isBusy={sync.isPending} disabled={!rehearsal.isSuccess || sync.isPending} onClick={go}>
        {t('sync')}
      </Button>
      <Button onClick={onClose}>{common('cancel')}</Button>
    </>
  );
  return (
    <Dialog title={t('previewTitle', { client: target.name })} width="wide" onClose={onClose} footer={footer}>
      {rehearsal.isError && <ErrorState error={rehearsal.error} />}
      {!rehearsal.data && !rehearsal.isError && <Loading />}
      {rehearsal.data && <Planned previews={rehearsal.data.previews} />}
    </Dialog>
  );
}

function Planned({ previews }: { previews: ClientPreviewShown[] }) {
  const { t } = useTranslation('client');
  const changed = previews.filter((one) => one.fields.length > 0 || one.files.length > 0);
  if (changed.length === 0) return <p>{t('previewNothing')}</p>;
  return (
    <div className={styles.dialog}>
      {changed.map((one) => (
        <section key={one.id}>
          <h3>
            <code>{one.id}</code> <OutcomeMark outcome={one.outcome} />
          </h3>
          <FieldDiff fields={one.fields} />
          {one.files.map((file) => (
            <TextDiff key={file.path} file={file} view="unified" />
          ))}
        </section>
      ))}
    </div>
  );
}
