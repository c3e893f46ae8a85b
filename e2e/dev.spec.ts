/** npm run dev: sources as they are, and everything else where the built page has it. */
import { createServer, type ViteDevServer } from 'vite';
import { expect, test } from './fixtures.ts';
import { begin } from './telling.ts';

let server: ViteDevServer;
test.beforeAll(async () => {
  server = await createServer({
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true, include: [] },
    server: { host: 'localhost', port: 5273, strictPort: false, watch: null },
  });
  await server.listen();
});
test.afterAll(() => server?.close());

test('a story is told by the development server', async ({ page }) => {
  await page.goto(server.resolvedUrls?.local[0] as string);
  await page.waitForFunction(() => customElements.get('interleaf-story') !== undefined);
  expect(await begin(page, { prompt: 'a turtle with a kite', seed: 3, pages: 1 })).toMatch(/\S/);
});
