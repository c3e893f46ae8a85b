/** Stop takes effect between any two tokens and any two denoising steps, and leaves everything fit to tell again. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { begin, type StoryElement } from './telling.ts';

const request = { prompt: 'a penguin who lost a balloon in the snow', seed: 9, pages: 3 };

async function start(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('textbox', { name: /what shall/i }).fill(request.prompt);
  await page.getByRole('button', { name: /tell the story/i }).click();
}

async function stopped(page: Page): Promise<void> {
  await page.getByRole('button', { name: /stop/i }).click();
  await expect(page.getByRole('button', { name: /stop/i })).toBeHidden();
  await expect(page.getByRole('alert')).toBeHidden();
}

test('in the middle of the text: what stands stays, and a new story is told', async ({ page }) => {
  await start(page);
  const first = page.getByRole('region', { name: /^page 1/i });
  await expect(first).toContainText(/\w+ \w+/);
  await stopped(page);
  await expect(first).toContainText(/\w+ \w+/);
  await expect(page.getByRole('region', { name: /^page 2/i })).toHaveCount(0);

  // It goes on as the story it was: with its seed, after the words that stand.
  const story = () =>
    page.locator('interleaf-story').evaluate((node) => {
      const { seed, branches = [], pages } = (node as StoryElement).story as NonNullable<StoryElement['story']>;
      return { seed, branches, first: pages[0]?.text };
    });
  const before = await story();
  await page.getByRole('button', { name: /go on telling/i }).click();
  await expect(page.getByRole('region', { name: /^page 2/i })).toContainText(/\w+ \w+/);
  await stopped(page);
  expect(await story()).toEqual({ ...before, branches: [] });
  expect(await begin(page, request)).toMatch(/\S/);
});

test('in the middle of a picture: no empty frame stays, and the next story paints again', async ({ page }) => {
  await start(page);
  const painting = page.getByRole('progressbar', { name: /painting/i });
  await expect(painting).toBeVisible();
  await stopped(page);
  await expect(painting).toBeHidden();
  await expect(page.locator('figure canvas')).toHaveCount(0);
  const painted = page
    .locator('interleaf-story')
    .evaluate(
      (node) =>
        new Promise<boolean>((resolve) =>
          node.addEventListener('interleaf-picture', () => resolve(true), { once: true }),
        ),
    );
  await page.getByRole('button', { name: /tell it again/i }).click();
  expect(await painted).toBe(true);
  await stopped(page);
});

test('while it is still loading: nothing is told, and nothing is broken', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/weights/tiny/decoder.data', async (route) => {
    await held;
    await route.continue();
  });
  await start(page);
  await page.getByRole('button', { name: /stop/i }).click();
  release();
  await expect(page.getByRole('button', { name: /stop/i })).toBeHidden();
  await expect(page.getByRole('alert')).toBeHidden();
  expect(await begin(page, request)).toMatch(/\S/);
});
