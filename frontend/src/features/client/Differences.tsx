import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { FieldDiff } from '@/components/FieldDiff';
import { Panel } from '@/components/Panel';
import { Segments } from '@/components/Segments';
import { EmptyState, ErrorState, Loading } from '@/components/States';
import { TextDiff } from '@/components/TextDiff';
import { ViewChoice } from '@/components/ViewChoice';
import { diffQuery } from '@/features/client/calls';
import styles from '@/features/client/ClientPage.module.css';
import { Move } from '@/features/client/Move';
import { KINDS, type ClientSearch } from '@/features/client/search';
import { useMay } from '@/lib/api/me';
import type { ClientShown, DiffShown } from '@/lib/api/schema';
import type { View } from '@/lib/views';

interface Props {
  target: ClientShown;
  search: ClientSearch;
  onChange: (change: ClientSearch) => void;
}

/** An entity, or an entry of one: `tools/default.allow shell:ls` is within `tools/default`. */
const isOf = (entity: string, only: string) => entity === only || only.startsWith(`${entity}.`) || only.startsWith(`${entity} `);

/** What was edited here, and what main would change here: by field first, then as text. */
export function Differences({ target, search, onChange }: Props) {
  const { t } = useTranslation('client');
  const drift = useQuery(diffQuery(target.id, 'drift'));
  const pending = useQuery(diffQuery(target.id, 'pending'));
  const count = (diff: DiffShown | undefined) => diff?.counts['fields'];
  const kind = search.kind ?? (count(drift.data) === 0 && count(pending.data) ? 'pending' : 'drift');
  const view = search.view ?? 'fields';
  const found = kind === 'drift' ? drift : pending;
  const tools = (
    <div className={styles.tools}>
      <Segments
        label={t('which')}
        value={kind}
        options={KINDS.map((one) => ({ value: one, text: t(one), count: count(one === 'drift' ? drift.data : pending.data) }))}
        onChange={(value) => onChange({ kind: value })}
      />
      <ViewChoice value={view} onChange={(value) => onChange({ view: value === 'fields' ? undefined : value })} />
    </div>
  );
  return (
    <Panel title={t('differences')} aside={tools}>
      {search.only && <Only target={target} entity={search.only} onAll={() => onChange({ only: undefined })} />}
      {found.isError && !found.data && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && <Shown diff={found.data} view={view} only={search.only} isReadable={target.outcome !== 'stalled'} />}
    </Panel>
  );
}

/** The one entity that is looked at, and what can be done with it. */
function Only({ target, entity, onAll }: { target: ClientShown; entity: string; onAll: () => void }) {
  const { t } = useTranslation('client');
  const [isMoving, setMoving] = useState(false);
  return (
    <div className={styles.only}>
      {t('only')} <code>{entity}</code>
      <Button look="quiet" icon="close" onClick={onAll}>
        {t('all')}
      </Button>
      {useMay('operator') && <Button onClick={() => setMoving(true)}>{t('move')}</Button>}
      {isMoving && <Move target={target} entity={entity} onClose={() => setMoving(false)} />}
    </div>
  );
}

function Shown({ diff, view, only, isReadable }: { diff: DiffShown; view: View; only: string | undefined; isReadable: boolean }) {
  const { t } = useTranslation('client');
  const fields = only ? diff.fields.filter((field) => isOf(field.entity, only)) : diff.fields;
  if (fields.length === 0 && !isReadable)
    return (
      <EmptyState icon="file" title={t('notCompared')}>
        {t('notComparedText')}
      </EmptyState>
    );
  if (fields.length === 0)
    return (
      <EmptyState icon="check" title={t(only ? 'nothingOf' : diff.kind === 'drift' ? 'noDrift' : 'noPending')}>
        {!only && t(diff.kind === 'drift' ? 'noDriftText' : 'noPendingText')}
      </EmptyState>
    );
  if (view === 'fields') return <FieldDiff fields={fields} />;
  return diff.files.map((file) => <TextDiff key={file.path} file={file} view={view} />);
}
