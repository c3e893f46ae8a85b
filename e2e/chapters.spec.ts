/**
 * A model that was taught chapters: a long story goes on in them, another prompt goes on with a story that has ended, and
 * it can be stopped anywhere. The model is the page's own with short chapters in its manifest: what it tells in them may
 * be odd, how it is told is what is looked at.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { outDir, type StoppableBuild, serveBuild } from './servers.ts';
import type { StoryElement } from './telling.ts';

const CHAPTERS = { alone: 3, pages: 3, goOn: ['next chapter', 'what happens next?'], room: 500 };
let server: StoppableBuild;
let plain: StoppableBuild;

/** The page, with these rules of chapters for its model; without any, with none. */
async function serveChapters(maxPages: number, chapters?: typeof CHAPTERS): Promise<StoppableBuild> {
  const build = await serveBuild();
  const manifest = JSON.parse(readFileSync(join(outDir, 'weights-manifest.json'), 'utf8'));
  const [{ text }] = manifest.models;
  Object.assign(text, { maxPages, templates: { ...text.templates, chapters } });
  build.newer.set('/weights-manifest.json', Buffer.from(JSON.stringify(manifest)));
  return build;
}

test.beforeAll(async () => {
  server = await serveChapters(12, CHAPTERS);
  plain = await serveChapters(8);
});
test.afterAll(async () => {
  await server?.stop();
  await plain?.stop();
});

interface Shown {
  readonly complete: boolean;
  readonly options: { readonly pages: number };
  readonly pages: readonly {
    readonly text: string;
    readonly chapter?: { readonly pages: number; readonly prompt?: string };
  }[];
}

const shown = (page: Page) =>
  page.locator('interleaf-story').evaluate((node) => {
    const { complete, options, pages } = (node as StoryElement).story as unknown as Shown;
    return { complete, options, pages: pages.map(({ text, chapter }) => ({ text, ...(chapter ? { chapter } : {}) })) };
  });

test('a long story is told in chapters, and another prompt goes on with it', async ({ page }) => {
  await page.goto(server.url);
  const pages = page.getByRole('region', { name: /^page \d/i });
  const book = page.getByRole('navigation', { name: /this book/i });
  await page.getByText('Settings').click();
  await expect(page.getByRole('spinbutton', { name: 'Pages' })).toHaveAttribute('max', '12');
  await page.getByRole('spinbutton', { name: 'Pages' }).fill('6');
  const steps = page.getByRole('spinbutton', { name: /painting steps/i });
  await steps.fill((await steps.getAttribute('min')) ?? '');
  await page.getByRole('textbox', { name: /seed/i }).fill('7');
  await page.getByRole('textbox', { name: /what shall/i }).fill('a turtle with a kite at the beach');
  await page.getByRole('button', { name: /tell the story/i }).click();
  await expect(book).toBeVisible({ timeout: 240_000 });
  const told = await shown(page);
  const opened = told.pages.flatMap(({ chapter }, i) => (chapter ? [{ at: i + 1, ...chapter }] : []));
  expect(opened[0]).toEqual({ at: 1, pages: 3 });
  expect(opened[1]).toEqual({ at: expect.any(Number), pages: 3 });
  expect(opened[1]?.at).toBeLessThanOrEqual(4);
  // Nobody asked for that one: the page says nothing of it.
  await expect(pages.getByRole('heading')).toHaveCount(0);

  await test.step('after a reload, too', async () => {
    await page.reload();
    await expect(book).toBeVisible();
    await page.getByRole('textbox', { name: /what then/i }).fill('now they find a key in the garden');
    await page.getByRole('button', { name: /next chapter/i }).click();
    await expect(pages.getByRole('heading', { name: 'Now they find a key in the garden' })).toBeVisible();
    await expect(pages.last()).toContainText(/garden\s+\w+ \w+/);
    await page.getByRole('button', { name: /stop/i }).click();
    await expect(book).toBeVisible();
    const { pages: now, complete } = await shown(page);
    expect(now.slice(0, told.pages.length)).toEqual(told.pages);
    expect(now[told.pages.length]?.chapter?.prompt).toBe('now they find a key in the garden');
    expect(complete).toBe(false);
  });

  await test.step('and a stopped chapter goes on', async () => {
    await page.getByRole('button', { name: /go on telling/i }).click();
    await expect(book).toBeHidden();
    await expect(pages.nth(told.pages.length + 1)).toContainText(/\w+ \w+/);
    await page.getByRole('button', { name: /stop/i }).click();
    await expect(book).toBeVisible();
    expect((await shown(page)).pages.slice(0, told.pages.length)).toEqual(told.pages);
  });
});

test('a story that was told in one piece asks for no chapter', async ({ page }) => {
  await page.goto(plain.url);
  const story = await page.locator('interleaf-story').evaluate(async (node) => {
    const element = node as StoryElement & { goOn(prompt: string): Promise<unknown> };
    element.addEventListener('interleaf-text', () => element.stop());
    const { pages } = await element.generate({ prompt: 'an owl', seed: 1, pages: 3 });
    const refused = await element.goOn('now a kite').catch((error: Error) => error.message);
    return { pages: pages.length, refused };
  });
  expect(story).toEqual({ pages: 1, refused: expect.stringContaining('has no chapters') });
  await expect(page.getByRole('textbox', { name: /what then/i })).toHaveCount(0);
});
