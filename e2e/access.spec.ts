/** Everyone: axe has nothing to say in any state, light or dark; everything goes by keyboard; sentences are spoken. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { greyPng } from './pictures.ts';
import type { StoryElement } from './telling.ts';

async function nothingToSay(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without motion, or axe meets colours on their way from one scheme to the other.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const said = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map((node) => node.html)
          .join(' | ')
          .slice(0, 400)}`,
    );
    expect(said, `${state}, ${colorScheme}`).toEqual([]);
  }
}

test('axe has nothing to say in any state', async ({ page }) => {
  await page.goto('/');
  await nothingToSay(page, 'the cover');
  await page.getByText('Settings').click();
  await nothingToSay(page, 'the settings');

  await page.getByRole('button', { name: /tell the story/i }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await nothingToSay(page, 'an error');
  const file = { name: 'mine.png', mimeType: 'image/png', buffer: greyPng(90, 60) };
  await page.getByLabel(/begin with a picture/i).setInputFiles(file);
  await expect(page.getByRole('img', { name: /your picture/i })).toBeVisible();
  await nothingToSay(page, 'a picture to begin with');
  // Painted slowly, so that there is time to look at it.
  const steps = page.getByRole('spinbutton', { name: /painting steps/i });
  await steps.fill(String(Math.min(40, Number(await steps.getAttribute('max')))));
  await steps.blur();

  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/weights/tiny/decoder.data', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('textbox', { name: /what shall/i }).fill('an elephant with an umbrella in the rain');
  await page.getByRole('button', { name: /tell the story/i }).click();
  await expect(page.getByRole('button', { name: /stop/i })).toBeVisible();
  await nothingToSay(page, 'loading');
  release();

  await expect(page.getByRole('region', { name: /^page 1/i })).toContainText(/\w+ \w+/);
  await nothingToSay(page, 'being told');
  await expect(page.getByRole('progressbar', { name: /painting/i })).toBeVisible();
  await nothingToSay(page, 'being painted');
  await expect(page.getByRole('navigation', { name: /this book/i })).toBeVisible({ timeout: 240_000 });
  await nothingToSay(page, 'the book');
  await page.getByRole('button', { name: /page by page/i }).click();
  await expect(page.getByRole('navigation', { name: /turn the pages/i })).toBeVisible();
  await nothingToSay(page, 'page by page');
  await page.locator('interleaf-story').evaluate((node) => {
    Object.assign(node, { notice: 'This story could not be kept.', newer: async () => {} });
  });
  await expect(page.getByText('A newer version is ready.')).toBeVisible();
  await nothingToSay(page, 'a notice');
  await page.getByText('Behind the page').click();
  await nothingToSay(page, 'behind the page');

  await page.reload();
  await expect(page.getByRole('navigation', { name: /this book/i })).toBeVisible();
  await nothingToSay(page, 'a kept book');
  await page.getByRole('button', { name: /tell another/i }).click();
  await expect(page.getByRole('region', { name: /your shelf/i })).toBeVisible();
  await nothingToSay(page, 'the shelf');
});

test('a story goes by keyboard alone, whole sentences are spoken, and the focus never jumps', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/');
  const spoken = page.locator('interleaf-story').evaluateHandle((node) => {
    const said: string[] = [];
    const live = node.shadowRoot?.querySelector('[aria-live="polite"]') as Element;
    new MutationObserver(() => said.push(live.textContent ?? '')).observe(live, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    return said;
  });
  const focused = () =>
    page.evaluate(() => {
      let active: Element | null = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.tagName ?? 'none';
    });

  while ((await focused()) !== 'TEXTAREA') await page.keyboard.press('Tab');
  await page.keyboard.type('a snail who looks for a star at night');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: /^page 1/i })).toContainText(/\w+ \w+/);
  for (let i = 0; i < 20 && (await focused()) !== 'SECTION'; i++) await page.keyboard.press('Tab');
  expect(await focused()).toBe('SECTION');
  await expect(page.getByRole('navigation', { name: /this book/i })).toBeVisible({ timeout: 240_000 });
  expect(await focused()).toBe('SECTION');
  await expect(page.getByRole('region', { name: /^page 1/i })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('region', { name: /^page 2/i })).toBeFocused();

  const said = (await (await spoken).jsonValue()).filter((line) => line !== '');
  const text = await page
    .locator('interleaf-story')
    .evaluate((node) => (node as StoryElement).story?.pages[0]?.text ?? '');
  expect(said.length).toBeGreaterThan(0);
  // Every word of the first page was spoken, once, in order.
  expect(said.join(' ').replace(/\s+/g, ' ').startsWith(text.trim().replace(/\s+/g, ' '))).toBe(true);
});
