import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import { SelectField, TextField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { Ago, Moment } from '@/components/Time';
import { Asked, NeedsAdmin, useSays } from '@/features/settings/Asked';
import { schedulesQuery, useAddSchedule, useRemoveSchedule, useRunSchedule } from '@/features/settings/calls';
import styles from '@/features/settings/SettingsPage.module.css';
import { useMay } from '@/lib/api/me';
import type { NewSchedule, ScheduleShown } from '@/lib/api/schema';
import { useFormat } from '@/lib/i18n/format';

/** Exports that are made now and then, and when each comes next. */
export function Exports() {
  const { t } = useTranslation('settings');
  const isAdmin = useMay('admin');
  const query = useQuery(schedulesQuery);
  return (
    <Panel title={t('part.exports')}>
      <div className={styles.stack}>
        <Asked query={query}>
          {({ items }) => (
            <ul className={styles.rows} aria-label={t('part.exports')}>
              {items.length === 0 && <li className={styles.hint}>{t('noExports')}</li>}
              {items.map((one) => (
                <Schedule key={one.name} one={one} isAdmin={isAdmin} />
              ))}
            </ul>
          )}
        </Asked>
        {isAdmin ? <NewExport /> : <NeedsAdmin />}
      </div>
    </Panel>
  );
}

const UNITS = [
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

function Schedule({ one, isAdmin }: { one: ScheduleShown; isAdmin: boolean }) {
  const { t } = useTranslation('settings');
  const { bytes } = useFormat();
  const every = (seconds: number) => {
    const [unit, length] = UNITS.find(([, one]) => seconds % one === 0) ?? (['second', 1] as const);
    return t(`everyUnit.${unit}`, { count: seconds / length });
  };
  const run = useRunSchedule();
  const remove = useRemoveSchedule();
  const says = useSays();
  return (
    <li className={styles.row}>
      <span className={styles.main}>
        <b>{one.name}</b>
        <small>
          {t(`what.${one.what}`)} · {one.format} · {one.cron ?? every(one.every_s ?? 0)} · {t('keeps', { count: one.keep })}
        </small>
        <small>
          {one.next_run === null ? (
            t('elsewhere', { machine: one.machine ?? '' })
          ) : (
            <>
              {t('nextRun')} <Moment at={one.next_run} />
            </>
          )}
        </small>
        {one.last && (
          <small>
            <a href={`/api/v1/artifacts/${one.last.id}`} download={one.last.name}>
              {one.last.name}
            </a>{' '}
            {bytes(one.last.size_bytes)} · <Ago at={one.last.created_at} />
          </small>
        )}
      </span>
      {useMay('operator') && (
        <Button isBusy={run.isPending} onClick={() => says(run.mutateAsync(one.name))}>
          {t('runNow')}
        </Button>
      )}
      {isAdmin && <IconButton icon="close" label={t('removeExport', { name: one.name })} onClick={() => says(remove.mutateAsync(one.name))} />}
    </li>
  );
}

const EXAMPLE = '30 3 * * *';
const WHAT = ['configs', 'history', 'logs', 'audit'] as const;
const EVERY = { hour: 3600, day: 86_400, week: 604_800 } as const;

function NewExport() {
  const { t } = useTranslation('settings');
  const [name, setName] = useState('');
  const [what, setWhat] = useState<NewSchedule['what']>('configs');
  const [every, setEvery] = useState<keyof typeof EVERY>('day');
  const [cron, setCron] = useState('');
  const add = useAddSchedule();
  const says = useSays();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const times = cron ? { cron } : { every_s: EVERY[every] };
        says(add.mutateAsync({ name, what, keep: 10, reason: '', ...times }, { onSuccess: () => setName('') }));
      }}
    >
      <TextField label={t('name')} value={name} required pattern="[a-z0-9][a-z0-9\-]*" maxLength={40} hint={t('nameHint')} onChange={(event) => setName(event.target.value)} />
      <SelectField label={t('whatLabel')} value={what} onChange={(event) => setWhat(event.target.value as NewSchedule['what'])}>
        {WHAT.map((one) => (
          <option key={one} value={one}>
            {t(`what.${one}`)}
          </option>
        ))}
      </SelectField>
      <SelectField label={t('every')} value={every} disabled={cron !== ''} onChange={(event) => setEvery(event.target.value as keyof typeof EVERY)}>
        {(['hour', 'day', 'week'] as const).map((one) => (
          <option key={one} value={one}>
            {t(`times.${one}`)}
          </option>
        ))}
      </SelectField>
      <TextField label={t('cron')} placeholder={EXAMPLE} value={cron} hint={t('cronHint')} onChange={(event) => setCron(event.target.value)} />
      <Button type="submit" icon="plus" isBusy={add.isPending}>
        {t('schedule')}
      </Button>
    </form>
  );
}
