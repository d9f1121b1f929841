import { useCallback, useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/components/Button';
import styles from '@/components/Dialog.module.css';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons, at the lower end; the first is what most people want. */
  footer?: ReactNode;
  width?: 'small' | 'wide';
  /** Nothing but an answer closes it. */
  isFirm?: boolean;
  /** Nothing in it takes the focus: it is read, and scrolled by keys where it is long. */
  isRead?: boolean;
}

/** A modal dialog of the browser: it traps the focus, gives it back, and closes by Escape. Shown while it is mounted. */
export function Dialog({ title, onClose, children, footer, width = 'small', isFirm = false, isRead = false }: Props) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const show = useCallback((dialog: HTMLDialogElement) => {
    dialog.showModal();
    setOpen(true);
    return () => dialog.close();
  }, []);
  return (
    // A click beside the dialog lands on the element itself; by keyboard, Escape does the same.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={show}
      className={`${styles.dialog} ${styles[width]}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!isFirm) onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget && !isFirm) onClose();
      }}
    >
      <div className={styles.inside}>
        <header className={styles.header}>
          <h2 id={id}>{title}</h2>
          {!isFirm && <IconButton icon="close" label={t('close')} onClick={onClose} />}
        </header>
        {/* Only now: what asks for the focus as it is drawn cannot have it before the dialog is open. */}
        <div className={styles.body} {...(isRead ? { tabIndex: 0, role: 'group', 'aria-labelledby': id } : {})}>
          {isOpen && children}
        </div>
        {footer && <footer className={styles.footer}>{footer}</footer>}
      </div>
    </dialog>
  );
}
