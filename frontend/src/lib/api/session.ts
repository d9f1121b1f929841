import { value } from '@/lib/value';

/** What the page knows of its own sign-in: the token that changes need, and whether the gateway has stopped taking the cookie. */
let token = '';
const ended = value(false);

export const csrfToken = (): string => token;

export function sessionBegun(csrf: string): void {
  token = csrf;
  ended.set(false);
}

export const sessionEnded = (): void => ended.set(true);
export const useSessionEnded = ended.use;
