/** Every test is watched: no request to another origin, no policy violated, no error that nobody caught. */
import { test as base, expect } from '@playwright/test';

export { expect };

const local = new Set(['localhost', '127.0.0.1']);

export const test = base.extend<{ watched: undefined }>({
  watched: [
    async ({ context, serviceWorkers }, use) => {
      const faults: string[] = [];
      context.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (/^(https?|wss?):$/.test(protocol) && !local.has(hostname)) faults.push(`asked for ${request.url()}`);
      });
      context.on('weberror', (error) => faults.push(`uncaught: ${error.error().message}`));
      context.on('console', (message) => {
        if (/Content.Security.Policy/i.test(message.text())) faults.push(message.text());
      });
      // Where none is allowed none is asked for: a refusal would stand on every page.
      if (serviceWorkers === 'block') {
        await context.addInitScript(() => {
          // Merely asking for it throws in a sandboxed frame.
          if (globalThis.origin !== 'null' && navigator.serviceWorker)
            navigator.serviceWorker.register = () => new Promise(() => {});
        });
      }
      await use(undefined);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});
