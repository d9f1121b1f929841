import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds a running `reconciler up`; its pages are then served from here and its API from there. */
const gateway = process.env['RECONCILER_GATEWAY'] ?? 'http://127.0.0.1:8787';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the policy of the page allows no data: scripts or fonts
    modulePreload: { polyfill: false }, // it would be an inline script
  },
  server: { proxy: { '/api': gateway, '/ws': { target: gateway, ws: true }, '/healthz': gateway } },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: { modules: { classNameStrategy: 'non-scoped' } },
    restoreMocks: true,
    testTimeout: 20_000, // a busy machine is no failure
  },
});
