import type { ProblemBody } from '@/lib/api/schema';

/** What the gateway refused, as it said it. `status` 0: no answer came at all. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: ProblemBody['errors'];

  constructor(body: Partial<ProblemBody>, status: number) {
    super(body.detail ?? body.title ?? '');
    this.name = 'Problem';
    this.status = status;
    this.errors = body.errors ?? [];
  }
}

export const isProblem = (error: unknown, status?: number): error is Problem =>
  error instanceof Problem && (status === undefined || error.status === status);
