import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '@/components/Panel';
import { About } from '@/features/settings/About';
import { Exports } from '@/features/settings/Exports';
import { Ignored } from '@/features/settings/Ignored';
import { Policy } from '@/features/settings/Policy';
import { PARTS, type Part } from '@/features/settings/search';
import styles from '@/features/settings/SettingsPage.module.css';
import { Tokens } from '@/features/settings/Tokens';
import { Users } from '@/features/settings/Users';
import { useMay } from '@/lib/api/me';

const route = getRouteApi('/inside/settings');
const SHOWN = { policy: Policy, ignore: Ignored, exports: Exports, users: Users, tokens: Tokens, about: About };

export default function SettingsPage() {
  const { t } = useTranslation('settings');
  const { part = 'policy' } = route.useSearch();
  const navigate = route.useNavigate();
  const isAdmin = useMay('admin');
  const parts = PARTS.filter((one) => one !== 'users' || isAdmin);
  const Shown = SHOWN[part];
  return (
    <>
      <PageHead title={t('title')} />
      <div className={styles.parts}>
        <nav className={styles.menu} aria-label={t('title')}>
          {parts.map((one) => (
            <button key={one} type="button" aria-current={one === part ? 'page' : undefined} onClick={() => void navigate({ search: { part: one } satisfies { part: Part } })}>
              {t(`part.${one}`)}
            </button>
          ))}
        </nav>
        <div className={styles.shown}>
          <Shown />
        </div>
      </div>
    </>
  );
}
