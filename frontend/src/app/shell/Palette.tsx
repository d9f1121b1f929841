import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import styles from '@/app/shell/Palette.module.css';
import { useCommands } from '@/app/shell/useCommands';
import { Dialog } from '@/components/Dialog';
import { Icon } from '@/components/Icon';

/** Go anywhere and do anything by typing a part of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shell');
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const commands = useCommands(text);
  const chosen = Math.min(at, commands.length - 1);

  const run = (index: number) => {
    onClose();
    commands[index]?.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && commands.length > 0) setAt((chosen + step + commands.length) % commands.length);
    else if (event.key === 'Enter') run(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={t('palette')} onClose={onClose}>
      <input
        className={styles.input}
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={commands[chosen] ? `${id}-${chosen}` : undefined}
        aria-label={t('search')}
        placeholder={t('search')}
        value={text}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
      />
      <div id={id} role="listbox" aria-label={t('palette')} className={styles.list}>
        {commands.map((command, index) => (
          // The text field has the keyboard; a pointer clicks.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            ref={(row) => (index === chosen ? row?.scrollIntoView({ block: 'nearest' }) : undefined)}
            className={styles.row}
            onClick={() => run(index)}
          >
            <Icon name={command.icon} />
            <span>{command.text}</span>
            <small>{command.group}</small>
          </div>
        ))}
      </div>
      {commands.length === 0 && <p className={styles.none}>{t('paletteEmpty')}</p>}
    </Dialog>
  );
}
