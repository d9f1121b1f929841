import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LiveMark } from '@/app/shell/LiveMark';
import styles from '@/app/shell/Shell.module.css';
import { IconButton } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { Menu } from '@/components/Menu';
import { Key } from '@/components/Revision';
import { answer, api } from '@/lib/api/client';
import { meQuery } from '@/lib/api/me';
import { chooseLanguage, language, LANGUAGES } from '@/lib/i18n/i18n';
import { chooseTheme, THEMES, useTheme } from '@/lib/theme/theme';

const THEME_ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const;

export function Header({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
  const { t } = useTranslation('shell');
  return (
    <header className={styles.header}>
      <Link to="/" className={styles.product}>
        <img src="/icon.svg" alt={t('toDashboard')} width="22" height="22" />
        <span>{t('product')}</span>
      </Link>
      <LiveMark />
      <button type="button" className={styles.palette} onClick={onPalette} aria-keyshortcuts="Control+K">
        <Icon name="search" />
        <span>{t('search')}</span>
        <Key>Ctrl K</Key>
      </button>
      <IconButton icon="keyboard" label={t('shortcuts')} onClick={onHelp} aria-keyshortcuts="?" />
      <LanguageMenu />
      <ThemeMenu />
      <AccountMenu />
    </header>
  );
}

/** Each language in its own words. */
function LanguageMenu() {
  const { t } = useTranslation('shell');
  const now = language();
  const name = (code: string) => new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  const items = LANGUAGES.map((code) => ({ text: name(code), isChosen: code === now, onPress: () => void chooseLanguage(code) }));
  return <Menu label={t('language')} icon="language" items={items} />;
}

function ThemeMenu() {
  const { t } = useTranslation('shell');
  const now = useTheme();
  const items = THEMES.map((theme) => ({ text: t(`themes.${theme}`), icon: THEME_ICONS[theme], isChosen: theme === now, onPress: () => chooseTheme(theme) }));
  return <Menu label={t('theme')} icon={THEME_ICONS[now]} items={items} />;
}

function AccountMenu() {
  const { t } = useTranslation('shell');
  const client = useQueryClient();
  const router = useRouter();
  const { data: me } = useQuery(meQuery);
  const signOut = async () => {
    await answer(api.POST('/api/v1/auth/logout'));
    client.clear();
    await router.navigate({ to: '/login' });
  };
  const head = me ? `${me.username} · ${t(`role.${me.role}`)}` : t('account');
  return <Menu label={head} icon="user" items={[{ text: t('signOut'), onPress: () => void signOut() }]} />;
}
