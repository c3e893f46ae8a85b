/** A short story on WebGPU: the same pipeline, own kernels and all, on Chromium's software adapter. */
import { expect, test } from './fixtures.ts';
import { tell } from './telling.ts';

test('a page is told on WebGPU', async ({ page }) => {
  await page.goto('/');
  const adapter = await page.evaluate(async () => {
    const gpu = await navigator.gpu?.requestAdapter();
    return gpu ? gpu.info.description || gpu.info.vendor || 'nameless' : null;
  });
  test.skip(adapter === null, 'SKIPPED: this Chromium has no WebGPU adapter, not even a software one.');
  await page.locator('interleaf-story').evaluate((node) => node.setAttribute('backend', 'webgpu'));
  const told = await tell(page, { prompt: 'a turtle with a kite at the beach', seed: 3, pages: 1 });
  expect(told.backend).toMatch(/^webgpu-/);
  expect(told.pages).toHaveLength(1);
  expect(told.pages[0]?.text.length).toBeGreaterThan(0);
});
