import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { SelectField, SmallSelect, TextField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { Ago } from '@/components/Time';
import { Asked, useSays } from '@/features/settings/Asked';
import { useAddUser, useChangeUser, useRemoveUser, usersQuery } from '@/features/settings/calls';
import { Removal } from '@/features/settings/Removal';
import styles from '@/features/settings/SettingsPage.module.css';
import { meQuery, type Role } from '@/lib/api/me';

const ROLES: readonly Role[] = ['viewer', 'operator', 'approver', 'admin'];

/** Everybody who may sign in, and as what. */
export function Users() {
  const { t } = useTranslation('settings');
  const query = useQuery(usersQuery);
  const me = useQuery(meQuery);
  const change = useChangeUser();
  const remove = useRemoveUser();
  const says = useSays();
  return (
    <Panel title={t('part.users')}>
      <div className={styles.stack}>
        <Asked query={query}>
          {({ items }) => (
            <ul className={styles.rows} aria-label={t('part.users')}>
              {items.map((user) => {
                const isSelf = user.username === me.data?.username;
                return (
                  <li key={user.username} className={styles.row}>
                    <span className={styles.main}>
                      <b>{user.username}</b>
                      <small>
                        {t('since')} <Ago at={user.created_at} />
                      </small>
                    </span>
                    <SmallSelect
                      label={t('roleOf', { name: user.username })}
                      value={user.role}
                      disabled={isSelf}
                      onChange={(event) => says(change.mutateAsync({ username: user.username, role: event.target.value as Role, reason: '' }))}
                    >
                      {ROLES.map((role) => (
                        <option key={role} value={role}>
                          {t(`role.${role}`)}
                        </option>
                      ))}
                    </SmallSelect>
                    <Removal label={t('removeUser', { name: user.username })} what={t('removeUserText')} disabled={isSelf} onRemove={() => says(remove.mutateAsync(user.username))} />
                  </li>
                );
              })}
            </ul>
          )}
        </Asked>
        <NewUserForm />
      </div>
    </Panel>
  );
}

function NewUserForm() {
  const { t } = useTranslation('settings');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = useAddUser();
  const says = useSays();
  const done = () => {
    setUsername('');
    setPassword('');
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        says(add.mutateAsync({ username, password, role }, { onSuccess: done }));
      }}
    >
      <TextField label={t('username')} value={username} required autoComplete="off" onChange={(event) => setUsername(event.target.value)} />
      <TextField
        label={t('password')}
        type="password"
        value={password}
        required
        minLength={10}
        autoComplete="new-password"
        hint={t('passwordHint')}
        onChange={(event) => setPassword(event.target.value)}
      />
      <SelectField label={t('roleLabel')} value={role} onChange={(event) => setRole(event.target.value as Role)}>
        {ROLES.map((one) => (
          <option key={one} value={one}>
            {t(`role.${one}`)}
          </option>
        ))}
      </SelectField>
      <Button type="submit" icon="plus" isBusy={add.isPending}>
        {t('addUser')}
      </Button>
    </form>
  );
}
