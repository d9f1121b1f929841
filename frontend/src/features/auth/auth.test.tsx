import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { ME, openAt, STATUS } from '@/test/app';

const nobody = http.get('*/api/v1/auth/me', () => HttpResponse.json({ detail: 'sign in' }, { status: 401 }));
const SIGNED_IN = { access_token: 'for-scripts', token_type: 'bearer', expires_in: 3600, csrf_token: 'of-the-page', user: ME };

async function fill(password: string) {
  await userEvent.type(await screen.findByLabelText('Name'), 'ann');
  await userEvent.type(screen.getByLabelText('Password'), password);
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

it('asks who is not signed in to sign in, and goes on where they wanted to go', async () => {
  const router = openAt(
    '/history',
    nobody,
    http.post('*/api/v1/auth/login', () => HttpResponse.json(SIGNED_IN)),
  );
  await fill('a long enough phrase');
  await waitFor(() => expect(router.state.location.pathname).toBe('/history'));
});

it('says that a password is wrong, and empties it', async () => {
  openAt(
    '/login',
    http.post('*/api/v1/auth/login', () => HttpResponse.json({ detail: 'wrong' }, { status: 401 })),
  );
  await fill('a wrong phrase');
  expect(await screen.findByRole('alert')).toHaveTextContent('The name or the password is wrong.');
  expect(screen.getByLabelText('Password')).toHaveValue('');
});

it('goes to no other site after signing in', async () => {
  const router = openAt(
    '/login?next=%2F%2Felsewhere.example',
    http.post('*/api/v1/auth/login', () => HttpResponse.json(SIGNED_IN)),
  );
  await fill('a long enough phrase');
  await waitFor(() => expect(router.state.location.href).toBe('/'));
});

it('lets one sign in again over the page when the session ends', async () => {
  let isOver = true;
  openAt(
    '/',
    http.get('*/api/v1/sync/status', () => (isOver ? HttpResponse.json({ detail: 'sign in' }, { status: 401 }) : HttpResponse.json(STATUS))),
    http.post('*/api/v1/auth/login', () => {
      isOver = false;
      return HttpResponse.json(SIGNED_IN);
    }),
  );
  expect(await screen.findByRole('dialog', { name: 'You were signed out' })).toBeVisible();
  await userEvent.type(screen.getByLabelText('Password'), 'a long enough phrase');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(await screen.findByText('1 client needs a look')).toBeVisible();
});

it('tells who opens the set-up page without its link how to get one', async () => {
  openAt('/setup');
  expect(await screen.findByText(/needs the one-time link/)).toBeVisible();
});
