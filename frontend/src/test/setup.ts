import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startLanguage } from '@/lib/i18n/i18n';
import { gateway } from '@/test/gateway';

configure({ asyncUtilTimeout: 5000 }); // a busy machine is no failure

// jsdom has no layout and no top layer: what the page asks of them is answered plainly.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { get: () => 600 },
  clientWidth: { get: () => 1000 },
});
window.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
globalThis.ResizeObserver = class {
  observe() {
    return undefined;
  }
  unobserve() {
    return undefined;
  }
  disconnect() {
    return undefined;
  }
};

beforeAll(async () => {
  gateway.listen({ onUnhandledRequest: 'error' });
  await startLanguage('en');
});
afterEach(() => {
  cleanup();
  gateway.resetHandlers();
  localStorage.clear();
});
afterAll(() => gateway.close());
