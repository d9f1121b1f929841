import { useTranslation } from 'react-i18next';
import styles from '@/app/shell/Shell.module.css';
import { StatusMark } from '@/components/StatusMark';
import { useFormat } from '@/lib/i18n/format';
import { useLiveState } from '@/lib/live/useLive';

/** Whether what is shown is what is; when not, since when. */
export function LiveMark() {
  const { t } = useTranslation('shell');
  const { clock } = useFormat();
  const { status, heardAt } = useLiveState();
  const isLost = status === 'lost' && heardAt !== null;
  return (
    <span className={styles.live} role="status" title={isLost ? t('lostHint') : undefined}>
      {status === 'live' && (
        <StatusMark tone="ok" look="pill">
          {t('live')}
        </StatusMark>
      )}
      {isLost && (
        <StatusMark tone="warn" look="pill">
          {t('lost', { time: clock(heardAt) })}
        </StatusMark>
      )}
      {status !== 'live' && !isLost && (
        <StatusMark tone="neutral" look="pill">
          {t('connecting')}
        </StatusMark>
      )}
    </span>
  );
}
