import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/Panel';
import { Rich } from '@/components/Rich';
import { StatusMark, type Tone } from '@/components/StatusMark';
import styles from '@/features/client/ClientPage.module.css';
import type { DroppedShown } from '@/lib/api/schema';

const TONES: Record<DroppedShown['kind'], Tone> = { gap: 'warn', lost: 'warn', held: 'held', pending: 'held', conflict: 'conflict', refused: 'danger', ignored: 'neutral' };

/** What main has and this client does not hold, with the reason: nothing is left out silently. */
export function Dropped({ dropped }: { dropped: DroppedShown[] }) {
  const { t } = useTranslation('client');
  if (dropped.length === 0) return null;
  return (
    <Panel title={t('dropped')} isFlush>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('why')}</th>
          </tr>
        </thead>
        <tbody>
          {dropped.map((one) => (
            <tr key={`${one.entity} ${one.field ?? ''} ${one.reason}`}>
              <td>
                <code>{one.entity}</code> {one.field}
              </td>
              <td>
                <StatusMark tone={TONES[one.kind]}>{t(`droppedKind.${one.kind}`)}</StatusMark>
                <br />
                <Rich text={one.reason} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
