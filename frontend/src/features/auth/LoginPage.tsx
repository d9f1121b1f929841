import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLink } from '@/features/auth/calls';
import { Entrance } from '@/features/auth/Entrance';
import styles from '@/features/auth/Entrance.module.css';
import { LoginForm } from '@/features/auth/LoginForm';
import { secretOf } from '@/features/auth/secret';
import { Rich } from '@/components/Rich';

const route = getRouteApi('/login');

/** By the one-time link of `reconciler open`, or by name and password. */
export default function LoginPage() {
  const { t } = useTranslation('auth');
  const { next = '/' } = route.useSearch();
  const router = useRouter();
  const link = useLink();
  const secret = useRef(secretOf(location.hash, 'rec_login_'));
  const enter = () => router.history.replace(next);
  const { mutate } = link;

  useEffect(() => {
    const once = secret.current;
    if (!once) return;
    secret.current = null; // a link counts once, and effects may run twice
    history.replaceState(null, '', location.pathname + location.search);
    mutate(once, { onSuccess: () => router.history.replace('/') });
  }, [mutate, router]);

  return (
    <Entrance title={t('signIn')}>
      {link.isPending ? (
        <p role="status" className={styles.note}>
          {t('linkWorking')}
        </p>
      ) : (
        <>
          {link.isError && (
            <p role="alert" className={styles.error}>
              <Rich text={t('linkOver')} />
            </p>
          )}
          <LoginForm onDone={enter} />
          <p className={styles.note}>
            <Rich text={t('signInHint')} />
          </p>
        </>
      )}
    </Entrance>
  );
}
