import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { LoginForm } from '@/features/auth/LoginForm';
import { meQuery } from '@/lib/api/me';
import { useSessionEnded } from '@/lib/api/session';

/** Over whatever page is open when the session ends: signing in again goes on where one was. */
export function SessionEnded() {
  const { t } = useTranslation('auth');
  const isEnded = useSessionEnded();
  const { data } = useQuery({ ...meQuery, enabled: false });
  if (!isEnded) return null;
  return (
    <Dialog title={t('expiredTitle')} isFirm onClose={() => undefined}>
      <p>{t('expiredText')}</p>
      <br />
      <LoginForm name={data?.username ?? ''} onDone={() => undefined} />
    </Dialog>
  );
}
