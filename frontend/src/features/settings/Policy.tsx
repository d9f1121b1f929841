import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Panel } from '@/components/Panel';
import { Asked, NeedsAdmin, useSays } from '@/features/settings/Asked';
import { policyQuery, useSavePolicy } from '@/features/settings/calls';
import { Outlook } from '@/features/settings/Outlook';
import { PolicyRules } from '@/features/settings/PolicyRules';
import { Priorities } from '@/features/settings/Priorities';
import { deciding, isSame, type Deciding } from '@/features/settings/rules';
import styles from '@/features/settings/SettingsPage.module.css';
import { useMay } from '@/lib/api/me';
import type { PolicyShown } from '@/lib/api/schema';

export function Policy() {
  const query = useQuery(policyQuery);
  return <Asked query={query}>{(policy) => <Form key={policy.revision} policy={policy} />}</Asked>;
}

/** Changed here first; saved when what it would decide has been seen. */
function Form({ policy }: { policy: PolicyShown }) {
  const { t } = useTranslation('settings');
  const isAdmin = useMay('admin');
  const asItIs = deciding(policy.settings);
  const [wanted, setWanted] = useState<Deciding>(asItIs);
  const isChanged = !isSame(wanted, asItIs);
  const settings = { ...policy.settings, ...wanted };
  const save = useSavePolicy();
  const says = useSays();
  return (
    <>
      <Panel title={t('policies')}>
        <div className={styles.stack}>
          <p className={styles.hint}>{t('policiesHint')}</p>
          <PolicyRules rules={wanted.policies} names={policy.policies} isFixed={!isAdmin} onChange={(policies) => setWanted({ ...wanted, policies })} />
        </div>
      </Panel>
      <Panel title={t('priorities')}>
        <Priorities priorities={wanted.priorities} isFixed={!isAdmin} onChange={(priorities) => setWanted({ ...wanted, priorities })} />
      </Panel>
      {!isAdmin && <NeedsAdmin />}
      {isChanged && (
        <Panel title={t('outlook')}>
          <div className={styles.stack}>
            <Outlook settings={settings} />
            <div className={styles.bar}>
              <Button look="primary" isBusy={save.isPending} onClick={() => says(save.mutateAsync({ settings, base: policy.revision }))}>
                {t('save')}
              </Button>
              <Button onClick={() => setWanted(asItIs)}>{t('undo')}</Button>
            </div>
          </div>
        </Panel>
      )}
    </>
  );
}
