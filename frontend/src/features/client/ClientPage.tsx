import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ErrorState, Loading } from '@/components/States';
import { clientQuery } from '@/features/client/calls';
import styles from '@/features/client/ClientPage.module.css';
import { Differences } from '@/features/client/Differences';
import { Dropped } from '@/features/client/Dropped';
import { FileTree } from '@/features/client/FileTree';
import { Head } from '@/features/client/Head';
import { Says } from '@/features/client/Says';
import type { ClientSearch } from '@/features/client/search';

const route = getRouteApi('/inside/clients/$');

/** One target: its files on the left, what differs on the right, and what can be done on top. */
export default function ClientPage() {
  const { _splat: id = '' } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQuery(clientQuery(id));
  const set = (change: ClientSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });

  if (client.isError && !client.data) return <ErrorState heading="h1" error={client.error} onRetry={() => void client.refetch()} />;
  if (!client.data) return <Loading />;
  const target = client.data;
  return (
    <>
      <Head target={target} />
      <Says target={target} />
      {target.registered && (
        <div className={styles.parts}>
          <FileTree target={target} only={search.only} onOnly={(only) => set({ only })} />
          <div className={styles.right}>
            <Differences target={target} search={search} onChange={set} />
            <Dropped target={target} />
          </div>
        </div>
      )}
    </>
  );
}
