import { getRouteApi } from '@tanstack/react-router';
import { ReviewPage } from '@/features/reviews/ReviewPage';

const route = getRouteApi('/inside/conflicts');

export default function ConflictsPage() {
  const navigate = route.useNavigate();
  return <ReviewPage kind="conflict" search={route.useSearch()} onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })} />;
}
