import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { SearchBox, SmallSelect } from '@/components/Field';
import styles from '@/features/logs/LogsPage.module.css';
import { LEVELS, PERIODS, type LogsSearch } from '@/features/logs/search';
import { clientsPageQuery } from '@/lib/api/clients';
import { useTyped } from '@/lib/useTyped';

export function Filters({ search, onChange }: { search: LogsSearch; onChange: (change: LogsSearch) => void }) {
  const { t } = useTranslation('logs');
  const [text, setText] = useTyped(search.text);
  const { data } = useQuery(clientsPageQuery({ registered: true, limit: 1 }));
  const types = Object.keys(data?.counts['type'] ?? {});
  return (
    <div className={styles.filters} role="search">
      <SearchBox
        label={t('search')}
        value={text}
        maxLength={100}
        onChange={(event) => {
          setText(event.target.value);
          onChange({ text: event.target.value || undefined });
        }}
      />
      <SmallSelect label={t('client')} value={search.client ?? ''} onChange={(event) => onChange({ client: event.target.value || undefined })}>
        <option value="">{t('anyClient')}</option>
        {types.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </SmallSelect>
      <SmallSelect
        label={t('level')}
        value={search.level ?? ''}
        onChange={(event) => onChange({ level: LEVELS.find((level) => level === event.target.value) })}
      >
        <option value="">{t('anyLevel')}</option>
        {LEVELS.map((level) => (
          <option key={level}>{level}</option>
        ))}
      </SmallSelect>
      <SmallSelect
        label={t('period')}
        value={search.period ?? ''}
        onChange={(event) => onChange({ period: PERIODS.find((period) => period === event.target.value) })}
      >
        <option value="">{t('anyTime')}</option>
        {PERIODS.map((period) => (
          <option key={period} value={period}>
            {t(`periods.${period}`)}
          </option>
        ))}
      </SmallSelect>
      {search.target && (
        <Button icon="close" onClick={() => onChange({ target: undefined })}>
          {search.target}
        </Button>
      )}
    </div>
  );
}
