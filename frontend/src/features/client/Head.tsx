import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Menu } from '@/components/Menu';
import { PageHead } from '@/components/Panel';
import { Revision } from '@/components/Revision';
import { useProblemText } from '@/components/States';
import { HealthMark, SyncMark } from '@/components/TargetMarks';
import { toast } from '@/components/Toasts';
import { Pause } from '@/features/client/Pause';
import { Preview } from '@/features/client/Preview';
import { useChangeClient } from '@/lib/api/changeClient';
import { useMay } from '@/lib/api/me';
import type { ClientShown } from '@/lib/api/schema';

const MODES = ['sync', 'enforce', 'follow-only', 'capture-only', 'observe'] as const;

export function Head({ target }: { target: ClientShown }) {
  const { t } = useTranslation('client');
  const { t: common } = useTranslation();
  const may = useMay('operator') && target.registered;
  return (
    <PageHead title={target.name} actions={may ? <Actions target={target} /> : undefined}>
      <code>{target.id}</code>
      <SyncMark target={target} />
      <HealthMark target={target} />
      {target.mode && target.mode !== 'suspended' && <span>{common(`mode.${target.mode}`)}</span>}
      {target.synced_revision && <Revision id={target.synced_revision} />}
      <Link to="/logs" search={{ target: target.id }}>
        {t('logs')}
      </Link>
    </PageHead>
  );
}

function Actions({ target }: { target: ClientShown }) {
  const { t } = useTranslation('client');
  const { t: common } = useTranslation();
  const [open, setOpen] = useState<'preview' | 'pause' | null>(null);
  const change = useChangeClient();
  const words = useProblemText();
  const close = () => setOpen(null);
  const give = (mode: (typeof MODES)[number]) => change.mutate({ id: target.id, mode, reason: '' }, { onError: (error) => toast({ tone: 'danger', text: words(error) }) });
  const modes = MODES.map((mode) => ({ text: common(`mode.${mode}`), isChosen: mode === target.mode, onPress: () => give(mode) }));
  return (
    <>
      {target.mode === 'suspended' ? (
        <Button icon="play" isBusy={change.isPending} onClick={() => give('sync')}>
          {t('resume')}
        </Button>
      ) : (
        <Button icon="pause" onClick={() => setOpen('pause')}>
          {t('pause')}
        </Button>
      )}
      <Button look="primary" icon="sync" onClick={() => setOpen('preview')}>
        {t('sync')}
      </Button>
      <Menu label={t('mode')} icon="more" items={modes} />
      {open === 'preview' && <Preview target={target} onClose={close} />}
      {open === 'pause' && <Pause target={target} onClose={close} />}
    </>
  );
}
