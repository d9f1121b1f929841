import { useFormat } from '@/lib/i18n/format';
import { useNow } from '@/lib/i18n/now';

/** How long ago, with the moment itself on hover and for machines. */
export function Ago({ at }: { at: number }) {
  const { ago, moment } = useFormat();
  const now = useNow();
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={moment(at)}>
      {ago(at, Math.max(now, at))}
    </time>
  );
}

export function Moment({ at }: { at: number }) {
  const { moment } = useFormat();
  return <time dateTime={new Date(at * 1000).toISOString()}>{moment(at)}</time>;
}
