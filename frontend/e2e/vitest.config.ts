import { defineConfig } from 'vitest/config';

/** Stories of a person at the dashboard: a real browser, a real `reconciler up`, real client files. One after another. */
export default defineConfig({
  test: { include: ['e2e/**/*.e2e.ts'], environment: 'node', fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 60_000, interval: 100 } } },
});
