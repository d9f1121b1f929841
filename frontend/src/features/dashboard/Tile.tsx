import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/Button';
import { ConditionText } from '@/components/ConditionText';
import { Revision } from '@/components/Revision';
import { useProblemText } from '@/components/States';
import { HealthMark, SyncMark } from '@/components/TargetMarks';
import { Ago } from '@/components/Time';
import { toast } from '@/components/Toasts';
import styles from '@/features/dashboard/Clients.module.css';
import { useChangeClient } from '@/lib/api/changeClient';
import { useMay } from '@/lib/api/me';
import type { ClientShown } from '@/lib/api/schema';
import { useTrigger } from '@/lib/api/trigger';
import { pressing } from '@/lib/standing';

/** One target: sync and health as two marks, what it holds, its revision, its last change, and what can be done. */
export function Tile({ target }: { target: ClientShown }) {
  const { t } = useTranslation('dashboard');
  const { t: common } = useTranslation();
  const why = target.ready ? undefined : pressing(target);
  const where = target.scope === 'user' ? target.machine : `${target.machine} · ${target.scope.replace(':', ' ')}`;
  return (
    <article className={styles.tile} aria-label={target.id}>
      <div className={styles.top}>
        <div className={styles.who}>
          <h3>
            <Link to="/clients/$" params={{ _splat: target.id }}>
              {target.name}
            </Link>
          </h3>
          <p className={styles.where}>{where}</p>
        </div>
        <Actions target={target} />
      </div>
      <dl className={styles.marks}>
        <div>
          <dt className="visually-hidden">{common('marks.sync')}</dt>
          <dd>
            <SyncMark target={target} />
          </dd>
        </div>
        <div>
          <dt className="visually-hidden">{common('marks.health')}</dt>
          <dd>
            <HealthMark target={target} />
          </dd>
        </div>
      </dl>
      <p className={styles.says} title={why?.message}>
        {why ? <ConditionText target={target} condition={why} /> : <Holds entities={target.entities} />}
      </p>
      <div className={styles.foot}>
        <span title={target.last_change?.subject}>
          {target.last_change ? (
            <>
              {target.last_change.author} · <Ago at={target.last_change.at} />
            </>
          ) : (
            t('noChange')
          )}
        </span>
        {target.synced_revision && <Revision id={target.synced_revision} />}
      </div>
    </article>
  );
}

/** "6 servers · 1 rule". */
export function Holds({ entities }: { entities: Record<string, number> }) {
  const { t } = useTranslation('dashboard');
  const { mcp = 0, rules = 0, tools = 0 } = entities;
  const parts = [mcp && t('kindMcp', { count: mcp }), rules && t('kindRules', { count: rules }), tools && t('kindTools', { count: tools })];
  return parts.filter(Boolean).join(' · ');
}

function Actions({ target }: { target: ClientShown }) {
  const { t } = useTranslation('dashboard');
  const { t: common } = useTranslation();
  const words = useProblemText();
  const trigger = useTrigger();
  const change = useChangeClient();
  const failed = (error: unknown) => toast({ tone: 'danger', text: words(error) });
  if (!useMay('operator')) return null;
  const sync = () =>
    trigger.mutate(
      { targets: [target.id] },
      {
        onError: failed,
        onSuccess: ({ targets }) => {
          const outcome = targets.find((one) => one.id === target.id)?.outcome ?? 'unchanged';
          toast({ tone: 'ok', text: t('synced', { client: target.name, outcome: common(`outcome.${outcome}` as 'outcome.held') }) });
        },
      },
    );
  const resume = () => change.mutate({ id: target.id, mode: 'sync', reason: '' }, { onError: failed });
  return (
    <div className={styles.buttons}>
      {target.mode === 'suspended' || target.mode === 'observe' ? (
        <IconButton icon="play" label={t('resume')} isBusy={change.isPending} onClick={resume} />
      ) : (
        <IconButton icon="sync" label={t('syncNow')} isBusy={trigger.isPending} onClick={sync} />
      )}
    </div>
  );
}
