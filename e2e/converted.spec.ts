/**
 * A converted MiniGPT-5, small and random, in the browser: its files are fetched into the store, some of them in 8 bits;
 * its graphs are read from there by WebGPU and give PyTorch's numbers. Chromium's software adapter has no float16: the
 * graphs that compute in it are tried in src/models/placement.test.ts.
 */
import type { Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import { type Converted, converted, hasPython } from '../src/models/converted.ts';
import { needAdapter } from './adapter.ts';
import type { Compared } from './converted-page.ts';
import { expect, test } from './fixtures.ts';

const able = hasPython();
if (!able)
  console.warn('SKIPPED: the converted MiniGPT-5 in a browser. Its weights need the Python companion (python/).');
test.skip(() => !able && !process.env.CI, 'needs the Python companion');

let server: ViteDevServer;
let made: Converted;

test.beforeAll(async () => {
  test.setTimeout(600_000);
  made = converted();
  server = await createServer({
    logLevel: 'error',
    publicDir: made.folder,
    optimizeDeps: { noDiscovery: true, include: [] },
    server: { host: 'localhost', port: 4276, strictPort: false, hmr: false, watch: null },
  });
  await server.listen();
});
test.afterAll(() => server?.close());

async function open(page: Page): Promise<void> {
  await page.goto(new URL('e2e/graphs.html', server.resolvedUrls?.local[0]).href);
  await needAdapter(page);
}

const keep = (page: Page, variant: string) =>
  page.evaluate(async (variant) => {
    const script = '/bench/full-size-page.ts';
    return ((await import(script)) as typeof import('../bench/full-size-page.ts')).fetchAll(variant);
  }, variant);

/** In a page of its own: a second device in the same page leaves ONNX Runtime waiting. */
async function compare(page: Page, name: string, variant: string, wrong = false): Promise<Compared> {
  await open(page);
  return page.evaluate(
    async ([name, variant, wrong]) => {
      const script = '/e2e/converted-page.ts';
      const { compare } = (await import(script)) as typeof import('./converted-page.ts');
      return compare(name as 'mapper', variant, wrong);
    },
    [name, variant, wrong] as const,
  );
}

test('graphs of 4 bits, and of convolutions that were fetched in 8, give the numbers of PyTorch and of the CPU', async ({
  page,
}) => {
  await open(page);
  const expanded = made.model.files.filter(({ path, expand }) => path.startsWith('q4f32') && expand);
  expect(expanded.length).toBeGreaterThan(0);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await keep(page, 'q4f32');
  const sizes = await page.evaluate(
    async (hashes) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('interleaf-weights');
      const size = async (name: string) => (await (await folder.getFileHandle(name)).getFile()).size;
      return Promise.all(hashes.map((hash) => size(`${hash}-expanded`)));
    },
    expanded.map(({ sha256 }) => sha256),
  );
  expect(sizes).toEqual(expanded.map(({ expand }) => expand?.bytes));
  const fetched = asked.length;

  // As far as on the CPU (python/tests/test_convert_graphs.py, test_convert_pictures.py), where it says why.
  for (const [name, least] of [
    ['vision', 0.99],
    ['mapper', 0.98],
    ['decoder', 0.99],
    ['unet', 0.99],
    ['vae_decoder', 0.998],
  ] as const) {
    const { cosine, apart, device } = await test.step(name, () => compare(page, name, 'q4f32'));
    expect(cosine, name).toBeGreaterThan(least);
    // Sums in another order, over thousands of products.
    expect(apart, name).toBeLessThan(1e-3);
    expect(device).not.toBe('CPU');
  }
  expect(asked.slice(fetched).filter((path) => path.startsWith('/weights/'))).toEqual([]);
  const spoilt = await compare(page, 'mapper', 'q4f32', true);
  expect(spoilt.cosine).not.toBeGreaterThan(0.9);
});

test('what decodes a picture again in float32 does so on the weights of the other, on a GPU without float16', async ({
  page,
}) => {
  await open(page);
  const [half, whole] = ['vae_decoder', 'vae_decoder_f32'].map(
    (name) => made.model.variants.find(({ id }) => id === 'q4f16')?.graphs[name as 'vae_decoder'],
  );
  expect(whole?.data).toEqual(half?.data);
  await keep(page, 'q4f16');
  const { cosine, apart, finite } = await compare(page, 'vae_decoder_f32', 'q4f16');
  // Weights of float16, arithmetic in float32.
  expect(cosine).toBeGreaterThan(0.999_99);
  expect(apart).toBeLessThan(1e-3);
  expect(finite).toBe(true);
});
