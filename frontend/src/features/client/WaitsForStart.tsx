import { useTranslation } from 'react-i18next';
import { StatusMark } from '@/components/StatusMark';
import { Ago } from '@/components/Time';
import styles from '@/features/client/ClientPage.module.css';
import type { ClientShown } from '@/lib/api/schema';

type Row = ClientShown['waits_for_start'][number];
type Kind = 'mcp' | 'rules' | 'tools';

/** A file that was written, and that the client, open since before, takes up only when it is started anew; or nobody knows. */
export function WaitsForStart({ target, row }: { target: ClientShown; row: Row }) {
  const { t } = useTranslation('client');
  const isKnown = row.takes_effect === 'start';
  const words = () => {
    if (!isKnown) return t('waitsUnknown', { client: target.name });
    return row.running === null ? t('waitsUntold', { client: target.name }) : t('waitsOpen', { count: row.running, client: target.name });
  };
  return (
    <li>
      <StatusMark tone={isKnown ? 'info' : 'neutral'}>{t(isKnown ? 'nextStart' : 'nextStartUnknown')}</StatusMark>
      <p>
        <code>{row.path}</code> ({row.kinds.map((kind) => t(`kind.${kind as Kind}`)).join(', ')})<span className={styles.advice}> · {words()}</span>
      </p>
      <small>
        <Ago at={row.written_at} />
      </small>
    </li>
  );
}
