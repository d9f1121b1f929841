import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldValue } from '@/components/FieldDiff';
import { Key, Revision } from '@/components/Revision';
import { StatusMark } from '@/components/StatusMark';
import { Ago } from '@/components/Time';
import { choicesOf, type Choice } from '@/features/reviews/choices';
import styles from '@/features/reviews/Sides.module.css';
import type { By, ItemDetail } from '@/lib/api/schema';

interface Props {
  item: ItemDetail;
  choice: Choice | undefined;
  /** Left out where the person may only look. */
  onChoose: ((choice: Choice) => void) | undefined;
}

const SHOWN = { conflict: ['local', 'central', 'base'], held: ['local', 'central'] } as const;

/** The sides beside each other, with who, when and from where; a press chooses one. */
export function Sides({ item, choice, onChoose }: Props) {
  const { t } = useTranslation('reviews');
  const choices = choicesOf(item);
  const by: Partial<Record<Choice, By>> = { local: item.local_by, central: item.central_by };
  const suggested = item.suggestions.find((one) => one.is_in_force);
  return (
    <fieldset className={styles.sides}>
      <legend className="visually-hidden">{t('sides')}</legend>
      {SHOWN[item.kind].map((side) => (
        <Side
          key={side}
          name={t(`side.${item.kind}.${side}` as 'side.conflict.local')}
          letter={choices.find((one) => one.choice === side)?.key}
          hint={suggested?.take === side ? t('suggested', { policy: suggested.policy }) : undefined}
          isChosen={choice === side}
          onChoose={onChoose && (() => onChoose(side))}
        >
          <FieldValue value={item[side]} />
          {by[side] && <Who by={by[side]} />}
        </Side>
      ))}
      {choices.some((one) => one.choice === 'edited') && onChoose && (
        <Side name={t('side.conflict.edited')} letter="e" isChosen={choice === 'edited'} onChoose={() => onChoose('edited')} isWide />
      )}
    </fieldset>
  );
}

interface SideProps {
  name: string;
  /** The key that chooses it; none where it cannot be chosen. */
  letter: string | undefined;
  hint?: string | undefined;
  isChosen: boolean;
  onChoose: (() => void) | undefined;
  isWide?: boolean;
  children?: ReactNode;
}

function Side({ name, letter, hint, isChosen, onChoose, isWide = false, children }: SideProps) {
  const className = `${styles.side} ${isWide ? styles.wide : ''}`;
  const mark = hint && <StatusMark tone="info">{hint}</StatusMark>;
  if (!letter || !onChoose)
    return (
      <div className={className}>
        <span className={styles.top}>
          <b>{name}</b>
          {mark}
        </span>
        {children}
      </div>
    );
  return (
    <label className={className} data-chosen={isChosen}>
      <span className={styles.top}>
        <input type="radio" name="side" aria-label={name} checked={isChosen} onChange={onChoose} />
        <b>{name}</b>
        {mark}
        <Key>{letter}</Key>
      </span>
      {children}
    </label>
  );
}

function Who({ by }: { by: By }) {
  return (
    <span className={styles.who}>
      {by.author && <span>{by.author}</span>}
      {by.target && (
        <Link to="/clients/$" params={{ _splat: by.target }}>
          {by.target}
        </Link>
      )}
      {by.at !== null && <Ago at={by.at} />}
      {by.revision && <Revision id={by.revision} />}
    </span>
  );
}
