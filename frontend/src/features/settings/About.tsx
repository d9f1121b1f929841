import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/Panel';
import { Revision } from '@/components/Revision';
import { Asked } from '@/features/settings/Asked';
import { aboutQuery } from '@/features/settings/calls';
import styles from '@/features/settings/SettingsPage.module.css';

/** Versions, this machine, and how each part of the service is set up. */
export function About() {
  const { t } = useTranslation('settings');
  const query = useQuery(aboutQuery);
  return (
    <Panel title={t('part.about')}>
      <Asked query={query}>
        {(about) => (
          <dl className={styles.facts}>
            <Fact name={t('version')}>{about.version}</Fact>
            <Fact name={t('machine')}>{about.machine}</Fact>
            <Fact name={t('main')}>{about.head ? <Revision id={about.head} /> : t('none')}</Fact>
            {Object.entries(about.parts).map(([part, how]) => (
              <Fact key={part} name={part}>
                {how}
              </Fact>
            ))}
            <Fact name={t('clients')}>{about.clients.map((one) => (one.found ? one.name : t('notFound', { name: one.name }))).join(', ')}</Fact>
          </dl>
        )}
      </Asked>
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
