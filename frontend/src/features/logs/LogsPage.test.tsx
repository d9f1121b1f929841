import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { openAt, page } from '@/test/app';

const TOTAL = 100_000;
const line = (at: number) => ({ at: 1_780_000_000 - at, level: 'info', event: `event ${at}`, target: '', session: '', fields: { outcome: 'converged' } });

/** A log of a hundred thousand lines, and the questions that were asked of it. */
function log(questions: URLSearchParams[] = []) {
  return http.get('*/api/v1/logs', ({ request }) => {
    const query = new URL(request.url).searchParams;
    questions.push(query);
    const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
    return HttpResponse.json(page(Array.from({ length: limit }, (_, at) => line(offset + at)), { total: TOTAL, limit, offset }));
  });
}

it('holds only the lines in sight of a hundred thousand, and asks for one page of them', async () => {
  const questions: URLSearchParams[] = [];
  openAt('/logs', log(questions));
  expect(await screen.findByText('event 0')).toBeVisible();
  expect(screen.getAllByRole('row').length).toBeLessThan(60);
  expect(questions.map((one) => one.get('offset'))).toEqual(['0']);
});

it('asks the gateway for what the address says', async () => {
  const questions: URLSearchParams[] = [];
  openAt('/logs?level=error&client=codex&text=torn', log(questions));
  await screen.findByText('event 0');
  const asked = questions[0];
  expect([asked?.get('level'), asked?.get('client'), asked?.get('text')]).toEqual(['error', 'codex', 'torn']);
});

it('shows all that a line says beside the table', async () => {
  openAt('/logs', log());
  await userEvent.click(await screen.findByText('event 3'));
  expect(await screen.findByRole('region', { name: 'Details' })).toHaveTextContent('"outcome": "converged"');
});

it('stands still while it is paused, and follows again', async () => {
  const router = openAt('/logs', log());
  await userEvent.click(await screen.findByRole('button', { name: 'Pause' }));
  await waitFor(() => expect(router.state.location.search).toHaveProperty('until'));
  await userEvent.click(await screen.findByRole('button', { name: 'Follow' }));
  await waitFor(() => expect(router.state.location.search).not.toHaveProperty('until'));
});

it('says what to do when nothing matches', async () => {
  openAt('/logs?text=nothing', http.get('*/api/v1/logs', () => HttpResponse.json(page([]))));
  await userEvent.click(await screen.findByRole('button', { name: 'Clear filters' }));
  await waitFor(() => expect(screen.getByLabelText('Search in the log')).toHaveValue(''));
});
