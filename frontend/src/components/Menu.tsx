import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { IconButton } from '@/components/Button';
import { Icon, type IconName } from '@/components/Icon';
import styles from '@/components/Menu.module.css';

export interface MenuItem {
  text: string;
  icon?: IconName;
  isChosen?: boolean;
  isDanger?: boolean;
  onPress: () => void;
}

/** A button that opens a short list of actions or choices. Arrows move, Escape closes, and the focus goes back. */
export function Menu({ label, icon, items, head }: { label: string; icon: IconName; items: readonly MenuItem[]; head?: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const rows = () => [...(box.current?.querySelectorAll<HTMLButtonElement>('[role^=menuitem]') ?? [])];

  useEffect(() => {
    if (!isOpen) return;
    rows()[0]?.focus();
    const closeOutside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [isOpen]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = rows();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') close();
    else if (event.key === 'Tab') setOpen(false);
    else if (step) all[(at + step + all.length) % all.length]?.focus();
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={styles.menu} ref={box}>
      <IconButton ref={button} icon={icon} label={label} aria-haspopup="menu" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)} />
      {isOpen && (
        <div className={styles.list}>
          {head}
          <div id={id} role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
            {items.map((item) => (
              <button
                key={item.text}
                type="button"
                role={item.isChosen === undefined ? 'menuitem' : 'menuitemradio'}
                aria-checked={item.isChosen}
                tabIndex={-1}
                className={`${styles.item} ${item.isDanger ? styles.danger : ''}`}
                onClick={() => {
                  close();
                  item.onPress();
                }}
              >
                {item.icon && <Icon name={item.icon} />}
                <span>{item.text}</span>
                {item.isChosen && <Icon name="check" />}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
