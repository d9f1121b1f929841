import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Header } from '@/app/shell/Header';
import { Navigation } from '@/app/shell/Navigation';
import { Palette } from '@/app/shell/Palette';
import styles from '@/app/shell/Shell.module.css';
import { Shortcuts } from '@/app/shell/Shortcuts';
import { useKeys } from '@/app/shell/useKeys';
import { Toasts } from '@/components/Toasts';
import { SessionEnded } from '@/features/auth/SessionEnded';
import { statusQuery } from '@/lib/api/status';
import { useLiveUpdates } from '@/lib/live/useLive';

/** What stands around every page: menu, header, live connection, palette and shortcuts. */
export function Shell() {
  const { t } = useTranslation('shell');
  const { data } = useQuery(statusQuery);
  const [open, setOpen] = useState<'palette' | 'shortcuts' | null>(null);
  const close = () => setOpen(null);
  useLiveUpdates(data?.cursor);
  useKeys({ onPalette: () => setOpen('palette'), onHelp: () => setOpen('shortcuts') });
  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        {t('skip')}
      </a>
      <Header onPalette={() => setOpen('palette')} onHelp={() => setOpen('shortcuts')} />
      <Navigation waiting={{ conflicts: data?.conflicts, approvals: data?.approvals }} />
      <main id="content" className={styles.content} tabIndex={-1}>
        <Outlet />
      </main>
      {open === 'palette' && <Palette onClose={close} />}
      {open === 'shortcuts' && <Shortcuts onClose={close} />}
      <Toasts />
      <SessionEnded />
    </div>
  );
}
