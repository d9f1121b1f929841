import { useRouter } from '@tanstack/react-router';
import { useEffect, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { TextField } from '@/components/Field';
import { Rich } from '@/components/Rich';
import { useProblemText } from '@/components/States';
import { useSetUp } from '@/features/auth/calls';
import { Entrance } from '@/features/auth/Entrance';
import styles from '@/features/auth/Entrance.module.css';
import { secretOf } from '@/features/auth/secret';

const LEAST = 10;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,49}$/;

/** The first admin, by the one-time link that the first `reconciler up` prints. */
export default function SetUpPage() {
  const { t } = useTranslation('auth');
  const [secret] = useState(() => secretOf(location.hash, 'rec_setup_'));
  useEffect(() => history.replaceState(null, '', location.pathname), []);
  return (
    <Entrance title={t('setUpTitle')}>
      {secret ? (
        <SetUpForm secret={secret} />
      ) : (
        <p className={styles.note}>
          <Rich text={`${t('setUpMissing')} ${t('setUpMissingHint')}`} />
        </p>
      )}
    </Entrance>
  );
}

function SetUpForm({ secret }: { secret: string }) {
  const { t } = useTranslation('auth');
  const router = useRouter();
  const setUp = useSetUp();
  const words = useProblemText();
  const [form, setForm] = useState({ username: '', password: '', again: '' });
  const [isTried, setTried] = useState(false);
  const faults = {
    username: NAME.test(form.username) ? undefined : t('nameBad'),
    password: form.password.length >= LEAST ? undefined : t('passwordHint'),
    again: form.again === form.password ? undefined : t('passwordsDiffer'),
  };
  const isWhole = !faults.username && !faults.password && !faults.again;
  const shown = (fault: string | undefined) => (isTried ? fault : undefined);
  const set = (name: keyof typeof form) => (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value });

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const { username, password } = form;
    if (isWhole) setUp.mutate({ link: secret, username, password }, { onSuccess: () => router.history.replace('/') });
  };

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <p className={styles.note}>{t('setUpText')}</p>
      {setUp.isError && (
        <p role="alert" className={styles.error}>
          <Rich text={words(setUp.error)} />
        </p>
      )}
      <TextField label={t('name')} autoComplete="username" required autoFocus error={shown(faults.username)} value={form.username} onChange={set('username')} />
      <TextField
        label={t('password')}
        type="password"
        autoComplete="new-password"
        required
        hint={t('passwordHint')}
        error={shown(faults.password)}
        value={form.password}
        onChange={set('password')}
      />
      <TextField
        label={t('passwordAgain')}
        type="password"
        autoComplete="new-password"
        required
        error={shown(faults.again)}
        value={form.again}
        onChange={set('again')}
      />
      <Button type="submit" look="primary" isBusy={setUp.isPending}>
        {t('create')}
      </Button>
    </form>
  );
}
