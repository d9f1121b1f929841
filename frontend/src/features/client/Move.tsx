import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { ClientPreviews } from '@/components/ClientPreviews';
import { Dialog } from '@/components/Dialog';
import { SelectField, TextField } from '@/components/Field';
import { Rich } from '@/components/Rich';
import { Loading, useProblemText } from '@/components/States';
import { StatusMark } from '@/components/StatusMark';
import { toast } from '@/components/Toasts';
import { moveQuery, projectsQuery, useMove } from '@/features/client/calls';
import styles from '@/features/client/ClientPage.module.css';
import { from, places, SOURCES, type Source } from '@/features/client/places';
import type { ClientShown, Moved } from '@/lib/api/schema';

/** Who is to have an entity, `share` and `keep-local`: what each choice would write, before it is written. */
export function Move({ target, entity, onClose }: { target: ClientShown; entity: string; onClose: () => void }) {
  const { t } = useTranslation('client');
  const { t: common } = useTranslation();
  const projects = useQuery(projectsQuery);
  const all = places(target, projects.data ?? []);
  const [key, setKey] = useState('');
  const [source, setSource] = useState<Source>('any');
  const [reason, setReason] = useState('');
  const place = all.find((one) => one.key === key) ?? all[0];
  const asked = place.word === 'all' ? from(place.asked, source, target) : place.asked;
  const preview = useQuery({ ...moveQuery(asked, entity), placeholderData: keepPreviousData });
  const move = useMove();
  const words = useProblemText();
  const seen = preview.isSuccess && !preview.isPlaceholderData ? preview.data : undefined;
  const send = () =>
    move.mutate(
      { asked, entity, base: seen?.head ?? null, reason },
      {
        onError: () => void preview.refetch(), // main may have moved: what is asked for next is what is seen then
        onSuccess: (done) => {
          toast({ tone: 'ok', text: t(waitingFor(done, entity) > 0 ? 'movedInPart' : 'moved', { entity }) });
          onClose();
        },
      },
    );
  const problem = preview.error ?? move.error;
  const text = (word: (typeof all)[number]) => t(`place.${word.word}`, { client: target.name, machine: target.machine, project: word.project ?? '' });
  return (
    <Dialog
      title={t('moveTitle', { entity })}
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button look="primary" icon="check" isBusy={move.isPending} disabled={!seen || !doesMove(seen) || move.isPending} onClick={send}>
            {t(asked.call === 'share' ? 'share' : 'keepLocal')}
          </Button>
          <Button onClick={onClose}>{common('cancel')}</Button>
        </>
      }
    >
      <div className={styles.dialog}>
        <SelectField label={t('moveTo')} value={place.key} autoFocus onChange={(event) => setKey(event.target.value)}>
          {all.map((one) => (
            <option key={one.key} value={one.key}>
              {text(one)}
            </option>
          ))}
        </SelectField>
        {place.word === 'all' && (
          <SelectField label={t('moveFrom')} hint={t('moveFromHint')} value={source} onChange={(event) => setSource(event.target.value as Source)}>
            {SOURCES.map((one) => (
              <option key={one} value={one}>
                {t(`source.${one}`, { client: target.name, machine: target.machine })}
              </option>
            ))}
          </SelectField>
        )}
        {problem && (
          <p role="alert" className={styles.problem}>
            <Rich text={words(problem)} />
          </p>
        )}
        {!seen && !preview.isError && <Loading lines={3} />}
        {seen && <Planned moved={seen} entity={entity} />}
        <TextField label={t('moveReason')} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </div>
    </Dialog>
  );
}

const doesMove = ({ moved }: Moved) => moved.some((one) => one.from !== one.to);
const waitingFor = ({ targets }: Moved, entity: string) => targets.filter((one) => one.dropped.some((lost) => lost['kind'] === 'held' && lost['entity'] === entity)).length;

/** From which layer to which, and what every client gets by it. */
function Planned({ moved, entity }: { moved: Moved; entity: string }) {
  const { t } = useTranslation('client');
  const layer = (name: string) => <code>{name || t('base')}</code>;
  const waiting = waitingFor(moved, entity);
  if (!doesMove(moved)) return <p>{t('isThere')}</p>;
  return (
    <>
      {moved.moved.map((one) => (
        <p key={one.entity} className={styles.move}>
          {layer(one.from)} <span aria-hidden="true">→</span> <span className="visually-hidden">{t('to')}</span> {layer(one.to)}
          {one.warning && <StatusMark tone="warn">{t('machinePath')}</StatusMark>}
        </p>
      ))}
      {waiting > 0 && <StatusMark tone="held">{t('moveWaits', { count: waiting })}</StatusMark>}
      <ClientPreviews previews={moved.previews} />
    </>
  );
}
