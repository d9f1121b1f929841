import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { SelectField, TextField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { Moment } from '@/components/Time';
import { Asked, useSays } from '@/features/settings/Asked';
import { tokensQuery, useMakeToken, useRevokeToken } from '@/features/settings/calls';
import { Removal } from '@/features/settings/Removal';
import styles from '@/features/settings/SettingsPage.module.css';
import { useMay, type Role } from '@/lib/api/me';

const SCOPES: readonly Role[] = ['viewer', 'operator', 'approver', 'admin'];

/** Tokens for scripts; each is shown once. */
export function Tokens() {
  const { t } = useTranslation('settings');
  const query = useQuery(tokensQuery);
  const revoke = useRevokeToken();
  const says = useSays();
  const [made, setMade] = useState<string>();
  return (
    <Panel title={t('part.tokens')}>
      <div className={styles.stack}>
        <p className={styles.hint}>{t('tokensHint')}</p>
        <Asked query={query}>
          {({ items }) => (
            <ul className={styles.rows} aria-label={t('part.tokens')}>
              {items.length === 0 && <li className={styles.hint}>{t('noTokens')}</li>}
              {items.map((token) => (
                <li key={token.id} className={styles.row}>
                  <span className={styles.main}>
                    <b>{token.name}</b>
                    <small>
                      {t(`role.${token.scope}`)} · {t('until')} <Moment at={token.expires_at} />
                    </small>
                  </span>
                  <Removal label={t('revoke', { name: token.name })} what={t('revokeText')} onRemove={() => says(revoke.mutateAsync(token.id))} />
                </li>
              ))}
            </ul>
          )}
        </Asked>
        <NewTokenForm onMade={setMade} />
      </div>
      {made && (
        <Dialog
          title={t('tokenMade')}
          isFirm
          onClose={() => setMade(undefined)}
          footer={
            <>
              <Button look="primary" icon="copy" onClick={() => void navigator.clipboard.writeText(made)}>
                {t('copy')}
              </Button>
              <Button onClick={() => setMade(undefined)}>{t('haveIt')}</Button>
            </>
          }
        >
          <div className={styles.stack}>
            <p>{t('shownOnce')}</p>
            <TextField label={t('token')} value={made} readOnly onFocus={(event) => event.target.select()} />
          </div>
        </Dialog>
      )}
    </Panel>
  );
}

function NewTokenForm({ onMade }: { onMade: (token: string) => void }) {
  const { t } = useTranslation('settings');
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Role>('viewer');
  const [days, setDays] = useState('90');
  const may = { viewer: useMay('viewer'), operator: useMay('operator'), approver: useMay('approver'), admin: useMay('admin') };
  const make = useMakeToken();
  const says = useSays();
  const done = (token: { access_token: string }) => {
    onMade(token.access_token);
    setName('');
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        says(make.mutateAsync({ name, scope, expires_in_days: Number(days) }, { onSuccess: done }));
      }}
    >
      <TextField label={t('name')} value={name} required maxLength={100} onChange={(event) => setName(event.target.value)} />
      <SelectField label={t('scope')} value={scope} onChange={(event) => setScope(event.target.value as Role)}>
        {SCOPES.filter((one) => may[one]).map((one) => (
          <option key={one} value={one}>
            {t(`role.${one}`)}
          </option>
        ))}
      </SelectField>
      <TextField label={t('days')} type="number" min={1} max={366} value={days} required onChange={(event) => setDays(event.target.value)} />
      <Button type="submit" icon="plus" isBusy={make.isPending}>
        {t('makeToken')}
      </Button>
    </form>
  );
}
