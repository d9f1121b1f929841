import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { FieldDiff } from '@/components/FieldDiff';
import { SelectField } from '@/components/Field';
import { PageHead, Panel } from '@/components/Panel';
import { EmptyState, ErrorState, Loading, useProblemText } from '@/components/States';
import { Said } from '@/components/Said';
import { StatusMark } from '@/components/StatusMark';
import { TextDiff } from '@/components/TextDiff';
import { toast } from '@/components/Toasts';
import { planQuery, useAccept } from '@/features/dashboard/calls';
import styles from '@/features/dashboard/FirstRun.module.css';
import { Holds } from '@/features/dashboard/Tile';
import { useMay } from '@/lib/api/me';
import type { PlanShown } from '@/lib/api/schema';

/** Before there is a repository: the clients found on this machine, the plan, and a button that accepts exactly it. */
export function FirstRun() {
  const { t } = useTranslation('dashboard');
  const [prefer, setPrefer] = useState<string>();
  const plan = useQuery({ ...planQuery(prefer), placeholderData: keepPreviousData });
  if (plan.isError && !plan.data) return <ErrorState error={plan.error} onRetry={() => void plan.refetch()} />;
  if (!plan.data) return <Loading />;
  if (plan.data.clients.length === 0)
    return (
      <EmptyState icon="search" title={t('firstNone')}>
        {t('firstNoneText')}
      </EmptyState>
    );
  return (
    <>
      <PageHead title={t('firstTitle')} actions={<Accept plan={plan.data} prefer={prefer} isFresh={!plan.isPlaceholderData} />}>
        {t('firstText', { machine: plan.data.machine })}
      </PageHead>
      <div className={styles.parts}>
        <Found plan={plan.data} prefer={prefer} onPrefer={setPrefer} />
        <Written plan={plan.data} />
      </div>
    </>
  );
}

function Accept({ plan, prefer, isFresh }: { plan: PlanShown; prefer: string | undefined; isFresh: boolean }) {
  const { t } = useTranslation('dashboard');
  const accept = useAccept();
  const words = useProblemText();
  if (!useMay('admin')) return <span>{t('firstOnlyAdmin')}</span>;
  // A promise, not callbacks of `mutate`: those are not called once this page has made room for the dashboard.
  const press = () =>
    void accept.mutateAsync({ plan: plan.plan, prefer: prefer ?? null }).then(
      () => toast({ tone: 'ok', text: t('firstAccepted') }),
      (error: unknown) => toast({ tone: 'danger', text: words(error) }),
    );
  return (
    <Button look="primary" icon="check" isBusy={accept.isPending || !isFresh} onClick={press}>
      {t('firstAccept')}
    </Button>
  );
}

function Found({ plan, prefer, onPrefer }: { plan: PlanShown; prefer: string | undefined; onPrefer: (client: string | undefined) => void }) {
  const { t } = useTranslation('dashboard');
  return (
    <Panel title={t('firstFound')}>
      <ul className={styles.found}>
        {plan.clients.map((one) => (
          <li key={one.id}>
            <h3>{one.name}</h3>
            <p>
              <Holds entities={one.entities} />
            </p>
            {one.files.map((file) => (
              <code key={file}>{file}</code>
            ))}
            {one.problems.map((problem) => (
              <StatusMark key={problem.file} tone="danger">
                {`${problem.file}:${problem.line}: `}
                <Said text={problem.reason} />
              </StatusMark>
            ))}
          </li>
        ))}
      </ul>
      <SelectField label={t('firstPrefer')} value={prefer ?? ''} onChange={(event) => onPrefer(event.target.value || undefined)}>
        <option value="">{t('firstPreferNone')}</option>
        {plan.clients.map(({ client, name }) => (
          <option key={client} value={client}>
            {t('firstPreferOne', { client: name })}
          </option>
        ))}
      </SelectField>
      {plan.as_found.length > 0 && (
        <div className={styles.asFound}>
          <h3>{t('firstAsFound')}</h3>
          {plan.as_found.map((one) => (
            <p key={one.folder + one.entity}>
              <code>{one.entity}</code> · {one.folder}
            </p>
          ))}
        </div>
      )}
    </Panel>
  );
}

function Written({ plan }: { plan: PlanShown }) {
  const { t } = useTranslation('dashboard');
  const files = plan.written.length;
  return (
    <Panel title={t('firstPlan')} aside={<span className={styles.count}>{files ? t('firstFiles', { count: files }) : t('firstNoFiles')}</span>}>
      <div className={styles.previews}>
        {plan.conflicts.length > 0 && <StatusMark tone="conflict">{t('firstConflicts', { count: plan.conflicts.length })}</StatusMark>}
        {plan.previews
          .filter((one) => one.fields.length > 0)
          .map((one) => (
            <section key={one.id}>
              <h3>{one.id}</h3>
              <FieldDiff fields={one.fields} />
              {one.files.map((file) => (
                <TextDiff key={file.path} file={file} view="unified" />
              ))}
            </section>
          ))}
      </div>
    </Panel>
  );
}
