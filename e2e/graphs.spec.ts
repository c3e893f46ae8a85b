/**
 * Every graph of the shipped model in the browser, on both WebGPU builds and on wasm, against what the same graph gave in
 * Python; and a whole picture. Each of those outputs was near PyTorch's float32 when it was written (golden/README.md).
 */
import type { Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import { GRAPHS, type GraphName } from '../src/models/graph-cases.ts';
import { NEAR } from '../src/models/painted-case.ts';
import type { Backend } from '../src/stages.ts';
import { needAdapter } from './adapter.ts';
import { expect, test } from './fixtures.ts';
import type { Difference, PaintedDistance } from './graph-difference.ts';

const TOLERANCE = 1e-3;
let server: ViteDevServer;
let origin: string;

test.beforeAll(async () => {
  server = await createServer({
    logLevel: 'error',
    // Nothing is bundled and nothing is watched: a page, a few modules, and files as they are.
    optimizeDeps: { noDiscovery: true, include: [] },
    server: { host: 'localhost', port: 4275, strictPort: false, hmr: false, watch: null },
  });
  await server.listen();
  origin = server.resolvedUrls?.local[0] as string;
});
test.afterAll(() => server?.close());

async function difference(page: Page, name: GraphName, backend: Backend, wrong = false): Promise<Difference> {
  await page.goto(new URL('e2e/graphs.html', origin).href);
  return page.evaluate(
    async ([name, backend, wrong]) => {
      const script = '/e2e/graph-difference.ts';
      const { difference } = (await import(script)) as typeof import('./graph-difference.ts');
      return difference(name, backend, wrong);
    },
    [name, backend, wrong] as const,
  );
}

async function needAdapterHere(page: Page): Promise<void> {
  await page.goto(new URL('e2e/graphs.html', origin).href);
  await needAdapter(page);
}

test('a picture is painted as in Python, and nothing but it and its previews leaves the GPU', async ({ page }) => {
  // Four guided steps on a software adapter.
  test.setTimeout(600_000);
  await needAdapterHere(page);
  const { distance, readBytes, shownBytes } = await page.evaluate(async (): Promise<PaintedDistance> => {
    const script = '/e2e/graph-difference.ts';
    const { paintedDistance } = (await import(script)) as typeof import('./graph-difference.ts');
    return paintedDistance('webgpu-jspi');
  });
  expect(distance).toBeLessThan(NEAR);
  expect(readBytes).toBe(shownBytes);
});

for (const backend of ['wasm', 'webgpu-jspi', 'webgpu-asyncify'] as const) {
  test.describe(backend, () => {
    // A software adapter takes up to a minute for the larger graphs: the second WebGPU build shows the smaller ones.
    const names = backend === 'webgpu-asyncify' ? (['mapper', 'embed', 'decoder'] as const) : GRAPHS;
    for (const name of names) {
      test(`${name} equals its golden`, async ({ page }) => {
        if (backend !== 'wasm') await needAdapterHere(page);
        const { largest, device } = await difference(page, name, backend);
        expect(largest).toBeLessThan(TOLERANCE);
        if (backend === 'wasm') expect(device).toBe('CPU');
        else expect(device).not.toBe('CPU');
      });
    }

    test('a deliberately wrong weight does not equal the golden', async ({ page }) => {
      if (backend !== 'wasm') await needAdapterHere(page);
      expect((await difference(page, 'mapper', backend, true)).largest).not.toBeLessThan(TOLERANCE);
    });
  });
}
