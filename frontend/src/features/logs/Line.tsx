import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/Button';
import { Moment } from '@/components/Time';
import styles from '@/features/logs/LogsPage.module.css';
import type { LogShown } from '@/lib/api/schema';

/** The fields of a line as short words: `ms=12 route=/api/v1/logs`. */
export const summary = (fields: LogShown['fields']): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');

/** Everything that one line says. */
export function Line({ line, onClose }: { line: LogShown; onClose: () => void }) {
  const { t } = useTranslation('logs');
  const { t: common } = useTranslation();
  return (
    <section className={styles.line} aria-label={t('details')}>
      <header>
        <h2>{line.event}</h2>
        <IconButton icon="close" label={common('close')} onClick={onClose} />
      </header>
      <dl className={styles.facts}>
        <div>
          <dt>{t('time')}</dt>
          <dd>
            <Moment at={line.at} />
          </dd>
        </div>
        <div>
          <dt>{t('level')}</dt>
          <dd>{line.level}</dd>
        </div>
        {line.target && (
          <div>
            <dt>{t('target')}</dt>
            <dd>
              <Link to="/clients/$" params={{ _splat: line.target }}>
                {line.target}
              </Link>
            </dd>
          </div>
        )}
        {line.session && (
          <div>
            <dt>{t('session')}</dt>
            <dd>
              <code>{line.session}</code>
            </dd>
          </div>
        )}
        <div>
          <dt>{t('fields')}</dt>
          <dd>
            <pre>{JSON.stringify(line.fields, null, 2)}</pre>
          </dd>
        </div>
      </dl>
    </section>
  );
}
