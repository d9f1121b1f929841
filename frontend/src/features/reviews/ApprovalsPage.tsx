import { getRouteApi } from '@tanstack/react-router';
import { ReviewPage } from '@/features/reviews/ReviewPage';

const route = getRouteApi('/inside/approvals');

export default function ApprovalsPage() {
  const navigate = route.useNavigate();
  return <ReviewPage kind="held" search={route.useSearch()} onChange={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })} />;
}
