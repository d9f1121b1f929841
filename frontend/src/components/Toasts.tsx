import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '@/components/Button';
import { StatusMark } from '@/components/StatusMark';
import styles from '@/components/Toasts.module.css';
import { value } from '@/lib/value';

export interface Toast {
  tone: 'ok' | 'danger' | 'info';
  text: string;
  /** What takes it back, or leads on. */
  action?: { text: string; onPress: () => void };
}

const STAYS_MS = 8000;
const shown = value<readonly (Toast & { id: number })[]>([]);
let next = 0;

const dismiss = (id: number) => shown.set(shown.get().filter((one) => one.id !== id));

/** Say something in passing. What went wrong stays until it is closed. */
export function toast(one: Toast): void {
  next += 1;
  shown.set([...shown.get().slice(-3), { ...one, id: next }]);
}

export function Toasts() {
  const { t } = useTranslation();
  const toasts = shown.use();
  return (
    <section className={styles.region} aria-label={t('notifications')} aria-live="polite">
      {toasts.map((one) => (
        <One key={one.id} {...one} />
      ))}
    </section>
  );
}

function One({ id, tone, text, action }: Toast & { id: number }) {
  const { t } = useTranslation();
  useEffect(() => {
    if (tone === 'danger') return;
    const timer = setTimeout(() => dismiss(id), STAYS_MS);
    return () => clearTimeout(timer);
  }, [id, tone]);
  return (
    <div className={styles.toast} role={tone === 'danger' ? 'alert' : 'status'}>
      <StatusMark tone={tone}>{t(`tone.${tone}`)}</StatusMark>
      <p>{text}</p>
      {action && (
        <Button
          look="quiet"
          onClick={() => {
            action.onPress();
            dismiss(id);
          }}
        >
          {action.text}
        </Button>
      )}
      <IconButton icon="close" label={t('close')} onClick={() => dismiss(id)} />
    </div>
  );
}
