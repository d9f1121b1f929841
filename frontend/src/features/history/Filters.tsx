import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { SearchBox, SmallSelect } from '@/components/Field';
import styles from '@/features/history/HistoryPage.module.css';
import type { CommitFilter } from '@/features/history/calls';
import { clientsPageQuery } from '@/lib/api/clients';

interface Props {
  search: CommitFilter;
  onChange: (change: { [K in keyof CommitFilter]?: CommitFilter[K] | undefined }) => void;
}

export function Filters({ search, onChange }: Props) {
  const { t } = useTranslation('history');
  const known = useQuery(clientsPageQuery({ limit: 1 }));
  const types = Object.keys(known.data?.counts['type'] ?? {});
  return (
    <div className={styles.filters} role="search">
      <SearchBox label={t('text')} defaultValue={search.q ?? ''} onChange={(event) => onChange({ q: event.target.value || undefined })} />
      <SearchBox label={t('entity')} defaultValue={search.entity ?? ''} onChange={(event) => onChange({ entity: event.target.value || undefined })} />
      <SmallSelect label={t('client')} value={search.client ?? ''} onChange={(event) => onChange({ client: event.target.value || undefined })}>
        <option value="">{t('allClients')}</option>
        {types.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </SmallSelect>
      <label className={styles.check}>
        <input type="checkbox" checked={search.conflict ?? false} onChange={(event) => onChange({ conflict: event.target.checked || undefined })} />
        {t('conflict')}
      </label>
    </div>
  );
}
