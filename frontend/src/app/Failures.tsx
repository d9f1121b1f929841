import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/components/Panel';
import { EmptyState, ErrorState } from '@/components/States';

export function NotFound() {
  const { t } = useTranslation('shell');
  return (
    <main>
      <PageTitle>{t('notFoundTitle')}</PageTitle>
      <EmptyState heading="h1" icon="search" title={t('notFoundTitle')} action={<Link to="/">{t('toDashboard')}</Link>}>
        {t('notFoundText')}
      </EmptyState>
    </main>
  );
}

/** A page that failed to load or to be drawn. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return <ErrorState heading="h1" error={error} onRetry={again} />;
}
