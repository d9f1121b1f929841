import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import { LineField, SmallSelect } from '@/components/Field';
import { Icon } from '@/components/Icon';
import { movedTo, type Rule } from '@/features/settings/rules';
import styles from '@/features/settings/SettingsPage.module.css';

interface Props {
  rules: readonly Rule[];
  names: readonly string[];
  isFixed: boolean;
  onChange: (rules: Rule[]) => void;
}

const KINDS = ['mcp', 'rules', 'tools'] as const;

/** The first that matches decides: the order is moved by drag, or by the buttons. */
export function PolicyRules({ rules, names, isFixed, onChange }: Props) {
  const { t } = useTranslation('settings');
  const [dragged, setDragged] = useState<number>();
  const [over, setOver] = useState<number>();
  const put = (at: number, change: Partial<Rule>) => onChange(rules.map((rule, one) => (one === at ? { ...rule, ...change } : rule)));
  const move = (from: number, to: number) => onChange(movedTo(rules, from, to));
  const drop = (at: number) => {
    if (dragged !== undefined) move(dragged, at);
    setDragged(undefined);
    setOver(undefined);
  };
  return (
    <div className={styles.stack}>
      {rules.length === 0 && <p className={styles.hint}>{t('noPolicies')}</p>}
      <ol className={styles.rows} aria-label={t('policies')}>
        {rules.map((rule, at) => (
          // The buttons do by keyboard what dragging does.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
          <li
            key={at}
            className={styles.row}
            data-over={over === at}
            draggable={!isFixed}
            onDragStart={() => setDragged(at)}
            onDragEnd={() => setOver(undefined)}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(at);
            }}
            onDrop={() => drop(at)}
          >
            <span className={styles.grip}>
              <Icon name="menu" />
            </span>
            <span className={styles.main}>
              <LineField label={t('match', { at: at + 1 })} value={rule.match ?? '*'} disabled={isFixed} onChange={(event) => put(at, { match: event.target.value || '*' })} />
            </span>
            <SmallSelect label={t('kind', { at: at + 1 })} value={rule.kind ?? ''} disabled={isFixed} onChange={(event) => onChange(rules.map((one, n) => (n === at ? withKind(one, event.target.value) : one)))}>
              <option value="">{t('everyKind')}</option>
              {KINDS.map((kind) => (
                <option key={kind}>{kind}</option>
              ))}
            </SmallSelect>
            <SmallSelect label={t('policy', { at: at + 1 })} value={rule.policy} disabled={isFixed} onChange={(event) => put(at, { policy: event.target.value })}>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </SmallSelect>
            {!isFixed && (
              <span className={styles.bar}>
                <IconButton icon="up" label={t('up', { at: at + 1 })} disabled={at === 0} onClick={() => move(at, at - 1)} />
                <IconButton icon="down" label={t('down', { at: at + 1 })} disabled={at === rules.length - 1} onClick={() => move(at, at + 1)} />
                <IconButton icon="close" label={t('removeRule', { at: at + 1 })} onClick={() => onChange(rules.filter((_, one) => one !== at))} />
              </span>
            )}
          </li>
        ))}
      </ol>
      {!isFixed && (
        <div>
          <Button icon="plus" onClick={() => onChange([...rules, { match: '*', policy: names[0] ?? 'manual-review' }])}>
            {t('addRule')}
          </Button>
        </div>
      )}
    </div>
  );
}

function withKind(rule: Rule, kind: string): Rule {
  const found = KINDS.find((one) => one === kind);
  const rest = Object.fromEntries(Object.entries(rule).filter(([name]) => name !== 'kind'));
  return { ...rest, policy: rule.policy, ...(found ? { kind: found } : {}) };
}
