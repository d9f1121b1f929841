import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PAGES } from '@/app/shell/pages';
import type { IconName } from '@/components/Icon';
import { toast } from '@/components/Toasts';
import { clientsPageQuery } from '@/lib/api/clients';
import { useMay } from '@/lib/api/me';
import { useTrigger } from '@/lib/api/trigger';
import { chooseLanguage, LANGUAGES } from '@/lib/i18n/i18n';
import { chooseTheme, THEMES } from '@/lib/theme/theme';

export interface Command {
  id: string;
  group: string;
  text: string;
  icon: IconName;
  run: () => void;
}

const MOST_CLIENTS = 20;

/** Pages, clients and actions whose name holds the text. The gateway searches the clients: there may be a thousand. */
export function useCommands(text: string): Command[] {
  const { t } = useTranslation('shell');
  const router = useRouter();
  const trigger = useTrigger();
  const maySync = useMay('operator');
  const { data } = useQuery({ ...clientsPageQuery({ q: text, limit: MOST_CLIENTS, registered: true }), placeholderData: keepPreviousData });

  const pages = PAGES.map(({ name, to, icon }) => ({ id: to, group: t('groupGo'), text: t(name), icon, run: () => void router.navigate({ to }) }));
  const clients = (data?.items ?? []).map(({ id, name }) => ({
    id,
    group: name,
    text: id,
    icon: 'server' as const,
    run: () => void router.navigate({ to: '/clients/$', params: { _splat: id } }),
  }));
  const sync = {
    id: 'sync',
    group: t('groupDo'),
    text: t('syncAll'),
    icon: 'sync' as const,
    run: () => trigger.mutate({}, { onSuccess: () => toast({ tone: 'ok', text: t('syncedAll') }) }),
  };
  const themes = THEMES.map((theme) => ({
    id: `theme-${theme}`,
    group: t('theme'),
    text: t(`themes.${theme}`),
    icon: 'sun' as const,
    run: () => chooseTheme(theme),
  }));
  const languages = LANGUAGES.map((code) => ({
    id: `language-${code}`,
    group: t('language'),
    text: new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code,
    icon: 'language' as const,
    run: () => void chooseLanguage(code),
  }));
  const wanted = text.trim().toLowerCase();
  const all: Command[] = [...pages, ...(maySync ? [sync] : []), ...clients, ...themes, ...languages];
  return all.filter((one) => `${one.text} ${one.group}`.toLowerCase().includes(wanted));
}
