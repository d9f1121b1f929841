import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { TextField } from '@/components/Field';
import { useProblemText } from '@/components/States';
import { useLogin } from '@/features/auth/calls';
import styles from '@/features/auth/Entrance.module.css';
import { isProblem } from '@/lib/api/problem';

/** Name and password; `onDone` once they were right. */
export function LoginForm({ onDone, name: known = '' }: { onDone: () => void; name?: string }) {
  const { t } = useTranslation('auth');
  const [name, setName] = useState(known);
  const [password, setPassword] = useState('');
  const login = useLogin();
  const words = useProblemText();

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    login.mutate({ username: name, password }, { onSuccess: onDone, onError: () => setPassword('') });
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      {login.isError && (
        <p role="alert" className={styles.error}>
          {isProblem(login.error, 401) ? t('wrong') : words(login.error)}
        </p>
      )}
      <TextField label={t('name')} autoComplete="username" required autoFocus={!known} value={name} onChange={(e) => setName(e.target.value)} />
      <TextField
        label={t('password')}
        type="password"
        autoComplete="current-password"
        required
        autoFocus={known !== ''}
        value={password}
        onChange={(e) => setPassword(e.target.value)}
      />
      <Button type="submit" look="primary" isBusy={login.isPending}>
        {t('signIn')}
      </Button>
    </form>
  );
}
