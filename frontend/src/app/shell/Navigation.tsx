import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PAGES } from '@/app/shell/pages';
import styles from '@/app/shell/Shell.module.css';
import { Icon } from '@/components/Icon';

export function Navigation({ waiting }: { waiting: { conflicts: number | undefined; approvals: number | undefined } }) {
  const { t } = useTranslation('shell');
  const counts: Record<string, number | undefined> = waiting;
  return (
    <nav className={styles.side} aria-label={t('navigation')}>
      <ul>
        {PAGES.map(({ name, to, icon }) => (
          <li key={name}>
            <Link to={to} className={styles.link} activeOptions={{ exact: to === '/', includeSearch: false }}>
              <Icon name={icon} />
              <span>{t(name)}</span>
              {counts[name] ? (
                <span className={styles.count}>
                  <span aria-hidden="true">{counts[name]}</span>
                  <span className="visually-hidden">{t('waiting', { count: counts[name] })}</span>
                </span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
