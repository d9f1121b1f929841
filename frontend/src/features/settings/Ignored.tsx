import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import { TextField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { StatusMark } from '@/components/StatusMark';
import { useProblemText } from '@/components/States';
import { Asked, NeedsAdmin, useSays } from '@/features/settings/Asked';
import { ignoreQuery, matchesQuery, useHeed, useIgnore } from '@/features/settings/calls';
import styles from '@/features/settings/SettingsPage.module.css';
import { useMay } from '@/lib/api/me';

const EXAMPLE = 'mcp/scratch-*';

/** What is neither captured nor written, with how much each rule matches. */
export function Ignored() {
  const { t } = useTranslation('settings');
  const isAdmin = useMay('admin');
  const query = useQuery(ignoreQuery);
  const heed = useHeed();
  const says = useSays();
  return (
    <Panel title={t('part.ignore')}>
      <div className={styles.stack}>
        <p className={styles.hint}>{t('ignoreHint')}</p>
        <Asked query={query}>
          {({ items }) => (
            <ul className={styles.rows} aria-label={t('part.ignore')}>
              {items.length === 0 && <li className={styles.hint}>{t('noIgnored')}</li>}
              {items.map((rule) => (
                <li key={`${rule.pattern} ${rule.client ?? ''}`} className={styles.row}>
                  <span className={styles.main}>
                    <code>{rule.pattern}</code>
                    <small>
                      {rule.client ?? t('everyClient')}
                      {rule.reason && ` · ${rule.reason}`}
                    </small>
                  </span>
                  {!rule.is_in_force && <StatusMark tone="held">{t('waits')}</StatusMark>}
                  <span className={styles.hint}>{t('matches', { entities: rule.entities, fields: rule.fields })}</span>
                  {isAdmin && <IconButton icon="close" label={t('heed', { pattern: rule.pattern })} onClick={() => says(heed.mutateAsync(rule))} />}
                </li>
              ))}
            </ul>
          )}
        </Asked>
        {isAdmin ? <NewIgnored /> : <NeedsAdmin />}
      </div>
    </Panel>
  );
}

function NewIgnored() {
  const { t } = useTranslation('settings');
  const [pattern, setPattern] = useState('');
  const [client, setClient] = useState('');
  const [reason, setReason] = useState('');
  const matches = useQuery(matchesQuery(pattern, client || undefined));
  const words = useProblemText();
  const ignore = useIgnore();
  const says = useSays();
  const add = () => {
    const onSuccess = () => {
      setPattern('');
      setReason('');
    };
    says(ignore.mutateAsync({ pattern, reason, ...(client ? { client } : {}) }, { onSuccess }));
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <TextField
        label={t('pattern')}
        placeholder={EXAMPLE}
        value={pattern}
        required
        onChange={(event) => setPattern(event.target.value)}
        hint={matches.data ? t('matches', { entities: matches.data.entities, fields: matches.data.fields }) : t('patternHint')}
        error={matches.isError ? words(matches.error) : undefined}
      />
      <TextField label={t('onlyClient')} hint={t('everyClient')} value={client} onChange={(event) => setClient(event.target.value)} />
      <TextField label={t('reason')} hint={t('reasonHint')} value={reason} onChange={(event) => setReason(event.target.value)} />
      <Button type="submit" icon="plus" isBusy={ignore.isPending} disabled={pattern === '' || matches.isError}>
        {t('ignore')}
      </Button>
    </form>
  );
}
