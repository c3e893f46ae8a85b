/** A short story on WebGPU, own kernels and all, through the library: on Chromium's software adapter, with one step. */
import type { Page } from '@playwright/test';
import { needAdapter } from './adapter.ts';
import { expect, test } from './fixtures.ts';

interface Summary {
  /** Events in order, runs of one kind as one; the two workers' apart, for nobody promises which thread is faster. */
  readonly written: readonly string[];
  readonly painted: readonly string[];
  readonly text: string;
  /** SHA-256 of each finished picture's bytes. */
  readonly pictures: readonly string[];
  /** Standard deviation of the last picture's bytes: a flat picture has none. */
  readonly spread: number | undefined;
}

function tellOnGpu(page: Page): Promise<Summary> {
  return page.evaluate(async (): Promise<Summary> => {
    const library = new URL('interleaf.js', document.baseURI).href;
    const { tellStory } = (await import(library)) as typeof import('../src/interleaf.ts');
    const written: string[] = [];
    const painted: string[] = [];
    let text = '';
    const pictures: string[] = [];
    let spread: number | undefined;
    const options = { prompt: 'a turtle with a kite at the beach', seed: 3, pages: 2, backend: 'webgpu' } as const;
    const list = await (await fetch(new URL('weights-manifest.json', document.baseURI))).json();
    const settings = list.models[0].picture.distilled ? {} : { steps: 1 };
    for await (const event of tellStory({ ...options, settings })) {
      const kinds = event.kind === 'preview' || event.kind === 'picture' ? painted : written;
      if (kinds.at(-1) !== event.kind) kinds.push(event.kind);
      if (event.kind === 'text') text += event.text;
      if (event.kind === 'preview') event.bitmap.close();
      if (event.kind !== 'picture') continue;
      const { width, height } = event.bitmap;
      const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.drawImage(event.bitmap, 0, 0);
      event.bitmap.close();
      const { data } = context.getImageData(0, 0, width, height);
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
      pictures.push(hash.reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), ''));
      const mean = data.reduce((sum, byte) => sum + byte, 0) / data.length;
      spread = Math.sqrt(data.reduce((sum, byte) => sum + (byte - mean) ** 2, 0) / data.length);
    }
    return { written, painted, text, pictures, spread };
  });
}

test('pages are written, painted and seen again on WebGPU, twice the same', async ({ page }) => {
  await page.goto('/');
  await needAdapter(page);
  const told = await tellOnGpu(page);
  expect(told.text).toMatch(/\w+ \w+/);
  expect(told.written.at(-1)).toBe('finished');
  expect(told.written).toContain('vokens');
  expect(told.painted).toContain('picture');
  expect(told.written).toContain('sight');
  expect(told.spread).toBeGreaterThan(5);
  expect(await tellOnGpu(page)).toEqual(told);
});
