/** Nothing big is fetched before the reader has said yes to what it is. */
import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** The tiny model, said to have a decoder of 5 GB. */
function bigManifest(): string {
  const manifest = JSON.parse(readFileSync('public/weights-manifest.json', 'utf8'));
  const file = manifest.models[0].files.find(({ path }: { path: string }) => path === 'decoder.data');
  Object.assign(file, { bytes: 5e9, chunkBytes: 5e9, chunks: [file.sha256] });
  manifest.models[0].licence = 'Ask the owl';
  return JSON.stringify(manifest);
}

async function ask(page: Page): Promise<string[]> {
  const weights: string[] = [];
  page.context().on('request', (request) => {
    if (/\/weights\/tiny\//.test(request.url())) weights.push(request.url());
  });
  await page.route('**/weights-manifest.json', (route) =>
    route.fulfill({ body: bigManifest(), contentType: 'application/json' }),
  );
  await page.goto('/');
  await page.getByRole('textbox', { name: /what shall/i }).fill('an owl at night');
  await page.getByRole('button', { name: /tell the story/i }).click();
  await expect(page.getByRole('alertdialog', { name: /has to be fetched first/ })).toBeVisible();
  return weights;
}

test('what it is, how big and under which licence is said, and "not now" fetches nothing and loses nothing', async ({
  page,
}) => {
  const weights = await ask(page);
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('5.0 GB');
  await expect(dialog).toContainText(/room for [\d.]+ [GM]B/);
  await expect(dialog).toContainText('Licence: Ask the owl');
  await expect(dialog.getByRole('heading')).toBeFocused();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.locator('interleaf-story').evaluate((node) => (node as unknown as { state: string }).state)).toBe(
    'asking',
  );
  expect(weights).toEqual([]);
  await dialog.getByRole('button', { name: /not now/i }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('textbox', { name: /what shall/i })).toHaveValue('an owl at night');
  await expect(page.getByRole('alert')).toBeHidden();
  expect(weights).toEqual([]);
});

test('"fetch" fetches', async ({ page }) => {
  const weights = await ask(page);
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /fetch 5/i })
    .click();
  await expect.poll(() => weights.length).toBeGreaterThan(0);
});

test('the library refuses what nobody consented to, and says how to allow it', async ({ page }) => {
  await ask(page);
  const said = await page.evaluate(async () => {
    const { tellStory } = (await import(
      new URL('interleaf.js', document.baseURI).href
    )) as typeof import('../src/interleaf.ts');
    try {
      for await (const _ of tellStory({ prompt: 'an owl' })) return 'told';
      return 'nothing';
    } catch (error) {
      return String((error as Error).message);
    }
  });
  expect(said).toMatch(/needs 5\.0 GB to be fetched first.*"consent"/);
});
