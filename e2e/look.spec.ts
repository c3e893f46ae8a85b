/** How it looks, on a phone and on a wide screen, light and dark: pictures for people in .cache/look/; nothing jumps. */
import { mkdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { StoryElement } from './telling.ts';

const folder = '.cache/look';
mkdirSync(folder, { recursive: true });

const sizes = { phone: { width: 390, height: 844 }, wide: { width: 1280, height: 900 } } as const;

async function shoot(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: true, animations: 'disabled' });
  }
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(sideways, `${name} is wider than the screen by`).toBeLessThanOrEqual(0);
}

for (const [size, viewport] of Object.entries(sizes)) {
  test(`before, while it is told, and after: ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.goto('/');
    await expect(page.getByRole('button', { name: /tell the story/i })).toBeVisible();
    await shoot(page, `${size}-1-cover`);
    await page.getByRole('textbox', { name: /what shall/i }).fill('a turtle with a kite on the beach');
    await page.getByRole('button', { name: /tell the story/i }).click();
    await expect(page.getByRole('region', { name: /^page 1/i })).toContainText(/\w+ \w+/);
    await shoot(page, `${size}-2-writing`);
    await expect(page.getByRole('progressbar', { name: /painting/i })).toBeVisible();
    await shoot(page, `${size}-3-painting`);
    await expect(page.getByRole('navigation', { name: /this book/i })).toBeVisible({ timeout: 240_000 });
    await shoot(page, `${size}-4-book`);
    await page.getByText('Behind the page').click();
    await shoot(page, `${size}-5-behind`);
  });
}

for (const [size, viewport] of Object.entries(sizes)) {
  test(`what stands never moves, to the last word and after it: ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.goto('/');
    const moved = await page.locator('interleaf-story').evaluate(async (node) => {
      const element = node as StoryElement;
      const root = element.shadowRoot as ShadowRoot;
      const tops = new Map<Element, number>();
      const moves: string[] = [];
      let over = false;
      const look = () => {
        const start = element.getBoundingClientRect().top;
        for (const each of root.querySelectorAll('.title, section.page, .page p, .page figure')) {
          const top = Math.round(each.getBoundingClientRect().top - start);
          const before = tops.get(each);
          tops.set(each, top);
          if (before === undefined || before === top) continue;
          const where = each.closest('section')?.getAttribute('aria-label') ?? 'the title';
          moves.push(`${each.tagName} of ${where}: ${before} to ${top}`);
        }
        if (!over) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
      await element.generate({ prompt: 'a bear who finds a crown in the castle', seed: 3, pages: 3 });
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
      over = true;
      return {
        moves,
        pages: root.querySelectorAll('section.page').length,
        figures: root.querySelectorAll('figure').length,
      };
    });
    expect(moved.pages).toBeGreaterThan(1);
    expect(moved.figures).toBeGreaterThan(0);
    expect(moved.moves).toEqual([]);
  });
}

test('the book prints', async ({ page }) => {
  await page.goto('/');
  await page.locator('interleaf-story').evaluate((node) => {
    const element = node as HTMLElement & { open(story: unknown): void };
    const pages = ['Once a turtle found a kite.', 'It flew.', 'The end.'].map((text) => ({ text }));
    const model = { id: 'tiny', revision: '1', variant: 'q8f32' };
    const options = { pages: 3, steps: 1, guidance: 1, sampler: 'ddim' };
    element.open({
      format: 1,
      id: 'x',
      toldAt: 0,
      prompt: 'a turtle',
      seed: 1,
      model,
      backend: 'wasm',
      options,
      pages,
      complete: true,
    });
  });
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('Once a turtle found a kite.')).toBeVisible();
  await expect(page.getByRole('navigation', { name: /this book/i })).toBeHidden();
  const pdf = await page.pdf({ path: `${folder}/print.pdf` });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
});
