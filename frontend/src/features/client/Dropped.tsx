import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Panel } from '@/components/Panel';
import { Said } from '@/components/Said';
import { StatusMark, type Tone } from '@/components/StatusMark';
import { AcceptGap } from '@/features/client/AcceptGap';
import { gapName, gapsQuery } from '@/features/client/calls';
import styles from '@/features/client/ClientPage.module.css';
import { useMay } from '@/lib/api/me';
import type { ClientShown, DroppedShown } from '@/lib/api/schema';

const TONES: Record<DroppedShown['kind'], Tone> = { gap: 'warn', lost: 'warn', held: 'held', pending: 'held', conflict: 'conflict', refused: 'danger', ignored: 'neutral' };

/** What main has and this client does not hold, with the reason: nothing is left out silently. A gap can be accepted. */
export function Dropped({ target }: { target: ClientShown }) {
  const { t } = useTranslation('client');
  const { dropped } = target;
  const isAdmin = useMay('admin');
  const gaps = useQuery({ ...gapsQuery(target.type), enabled: dropped.some((one) => one.kind === 'gap') });
  const [asked, setAsked] = useState<DroppedShown>();
  if (dropped.length === 0) return null;
  const accepted = new Set(gaps.data?.items.filter((one) => one.accepted).map(gapName));
  const open = dropped.filter((one) => one.kind === 'gap' && !accepted.has(gapName(one)));
  return (
    <Panel title={t('dropped')} isFlush>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('why')}</th>
          </tr>
        </thead>
        <tbody>
          {dropped.map((one) => (
            <tr key={`${one.entity} ${one.field ?? ''} ${one.reason}`}>
              <td>
                <code>{one.entity}</code> {one.field}
              </td>
              <td>
                <StatusMark tone={accepted.has(gapName(one)) ? 'neutral' : TONES[one.kind]}>{t(accepted.has(gapName(one)) ? 'acceptedGap' : `droppedKind.${one.kind}`)}</StatusMark>
                <br />
                <Said text={one.reason} />
                {isAdmin && gaps.isSuccess && open.includes(one) && (
                  <Button aria-label={t('acceptOf', { entity: gapName(one) })} onClick={() => setAsked(one)}>
                    {t('acceptGap')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked && <AcceptGap target={target} gap={asked} left={open.filter((one) => gapName(one) !== gapName(asked)).length} onClose={() => setAsked(undefined)} />}
    </Panel>
  );
}
