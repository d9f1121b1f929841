import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { useProblemText } from '@/components/States';
import { toast } from '@/components/Toasts';
import { useRegister } from '@/features/dashboard/calls';
import styles from '@/features/dashboard/Clients.module.css';
import { clientsPageQuery } from '@/lib/api/clients';
import { useMay } from '@/lib/api/me';

/** Clients that are on this machine and that nobody has registered; nothing when there are none. */
export function Unregistered() {
  const { t } = useTranslation('dashboard');
  const { data } = useQuery(clientsPageQuery({ registered: false, limit: 50 }));
  const register = useRegister();
  const words = useProblemText();
  const may = useMay('admin');
  if (!data || data.items.length === 0) return null;
  return (
    <section className={styles.found}>
      <h3>{t('foundHere')}</h3>
      <ul>
        {data.items.map(({ id, name, type }) => (
          <li key={id}>
            {name} <code>{id}</code>
            {may && (
              <Button
                icon="plus"
                isBusy={register.isPending}
                onClick={() =>
                  void register.mutateAsync(type).then(
                    () => toast({ tone: 'ok', text: t('registered', { client: name }) }),
                    (error: unknown) => toast({ tone: 'danger', text: words(error) }),
                  )
                }
              >
                {t('register')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
