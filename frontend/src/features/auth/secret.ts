/** The secret of a one-time link. It stands behind the #, which browsers send to nobody. */
export const secretOf = (hash: string, kind: 'rec_login_' | 'rec_setup_'): string | null => {
  const found = decodeURIComponent(hash.replace(/^#/, ''));
  return found.startsWith(kind) ? found : null;
};
