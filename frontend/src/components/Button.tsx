import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from '@/components/Button.module.css';
import { Icon, type IconName } from '@/components/Icon';

interface Look {
  look?: 'plain' | 'primary' | 'quiet' | 'danger';
  icon?: IconName;
  /** The work goes on: it says so, and cannot be pressed again. */
  isBusy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style'>;

export function Button({ look = 'plain', icon, isBusy = false, children, disabled, ...rest }: Look & Native & { children: ReactNode }) {
  return (
    <button type="button" {...rest} className={`${styles.button} ${styles[look] ?? ''}`} disabled={disabled ?? isBusy} aria-busy={isBusy || undefined}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A button that shows an icon alone; `label` is its name, for everybody. */
export function IconButton({ look = 'quiet', icon, label, isBusy = false, ...rest }: Look & Native & { icon: IconName; label: string }) {
  return (
    <button type="button" {...rest} className={`${styles.button} ${styles.square} ${styles[look] ?? ''}`} aria-label={label} title={label} aria-busy={isBusy || undefined}>
      <Icon name={icon} />
    </button>
  );
}
