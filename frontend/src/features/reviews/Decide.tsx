import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ClientPreviews } from '@/components/ClientPreviews';
import { Panel } from '@/components/Panel';
import { Loading, useProblemText } from '@/components/States';
import { toast } from '@/components/Toasts';
import { DecideBar } from '@/features/reviews/DecideBar';
import { editedQuery, useDecide } from '@/features/reviews/calls';
import { choicesOf, type Choice } from '@/features/reviews/choices';
import { EditValue } from '@/features/reviews/EditValue';
import { read, textOf } from '@/features/reviews/edited';
import styles from '@/features/reviews/Item.module.css';
import { Sides } from '@/features/reviews/Sides';
import { useSettled } from '@/features/reviews/useSettled';
import { useMay } from '@/lib/api/me';
import type { Decided, ItemDetail } from '@/lib/api/schema';
import { usePageKeys } from '@/lib/keys';

interface Props {
  item: ItemDetail;
  others: number;
  onDecided: () => void;
}

/** The sides of an item, the choice, what it would write, and the decision. Nothing is written before the last step. */
export function Decide({ item, others, onDecided }: Props) {
  const { t } = useTranslation('reviews');
  const mayDecide = useMay(item.kind === 'held' ? 'approver' : 'operator');
  const [choice, setChoice] = useState<Choice | undefined>(item.kind === 'held' ? 'local' : undefined);
  const [text, setText] = useState(() => textOf(item));
  const edited = read(text, item);
  const decide = useDecide();
  const words = useProblemText();

  const settled = useSettled(text);
  const preview = useQuery(editedQuery(item.id, edited.value, choice === 'edited' && edited.error === undefined && settled === text));
  const previews = choice === 'edited' ? preview.data : choice && item.previews[choice];
  const refused = choice === 'edited' && preview.isError ? words(preview.error) : undefined;

  const said = ({ decided, rebased, targets }: Decided) => {
    const written = targets.reduce((sum, one) => sum + one.written.length, 0);
    toast({ tone: 'ok', text: `${t('decided', { count: decided.length })} ${t('written', { count: written })}` });
    if (rebased) toast({ tone: 'info', text: t('rebased') });
  };
  const send = (all: boolean, reason: string) => {
    if (!choice || decide.isPending || (choice === 'edited' && (edited.error ?? refused))) return;
    const decided = decide.mutateAsync({ item, choice, value: edited.value, all, reason }, { onSuccess: onDecided });
    void decided.then(said, (error: unknown) => toast({ tone: 'danger', text: words(error) })); // also when the item is gone from the page by then
  };
  usePageKeys(mayDecide ? Object.fromEntries(choicesOf(item).map(({ choice: one, key }) => [key, () => setChoice(one)])) : {});

  return (
    <>
      <Sides item={item} choice={choice} onChoose={mayDecide ? setChoice : undefined} />
      {choice === 'edited' && <EditValue item={item} text={text} error={edited.error ?? refused} onChange={setText} />}
      <Panel title={t('preview')}>
        {!choice && <p className={styles.hint}>{t('pickFirst')}</p>}
        {choice && !previews && !edited.error && !refused && <Loading lines={3} />}
        {choice && previews && <ClientPreviews previews={previews} />}
        {choice === 'edited' && (edited.error ?? refused) && <p className={styles.hint}>{t('mendFirst')}</p>}
      </Panel>
      {mayDecide ? (
        <DecideBar
          item={item}
          choice={choice}
          others={choice === 'edited' ? 0 : others}
          isReady={choice !== 'edited' || preview.isSuccess}
          isBusy={decide.isPending}
          onDecide={send}
        />
      ) : (
        <p className={styles.hint}>{t(`mayNot.${item.kind}`)}</p>
      )}
    </>
  );
}
