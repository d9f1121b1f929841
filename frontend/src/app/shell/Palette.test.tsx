import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { openAt, page } from '@/test/app';

it('has the keyboard when it opens: typing and Enter go where the words lead', async () => {
  const router = openAt('/conflicts', http.get(/\/api\/v1\/(conflicts|logs)/, () => HttpResponse.json(page([]))));
  (await screen.findByRole('link', { name: /History/ })).focus();
  await userEvent.keyboard('{Control>}k{/Control}');
  const field = await within(await screen.findByRole('dialog')).findByRole('combobox');
  await waitFor(() => expect(field).toHaveFocus());
  await userEvent.keyboard('logs{Enter}');
  await waitFor(() => expect(router.state.location.pathname).toBe('/logs'));
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
});
