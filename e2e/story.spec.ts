/** A typed prompt becomes an illustrated story, through the page as a reader uses it, on wasm. */
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { expect, test } from './fixtures.ts';
import { type StoryElement, tell } from './telling.ts';

test('a prompt becomes a book: told, kept, redrawn, told differently, given away', async ({ page, browser }) => {
  await page.goto('/');
  const pages = page.getByRole('region', { name: /^page \d/i });
  const book = page.getByRole('navigation', { name: /this book/i });
  const text = () => pages.allInnerTexts();
  const pictures = () => pages.getByRole('img').evaluateAll((all) => all.map((each) => (each as HTMLImageElement).src));

  await test.step('the prompt is the title, and text comes page by page', async () => {
    await page.getByRole('textbox', { name: /what shall/i }).fill('a turtle with a kite at the beach');
    await page.getByText('Settings').click();
    await page.getByRole('textbox', { name: /seed/i }).fill('7');
    await page.getByRole('combobox', { name: /painted with/i }).selectOption('ddim');
    await page.getByRole('spinbutton', { name: /painting steps/i }).fill('4');
    await page.getByRole('spinbutton', { name: /painting steps/i }).blur();
    await page.getByRole('button', { name: /tell the story/i }).click();
    await expect(page.getByRole('heading', { name: 'A turtle with a kite at the beach' })).toBeVisible();
    await expect(page.getByRole('button', { name: /stop/i })).toBeVisible();
    await expect(pages.first()).toContainText(/\w+ \w+/);
    await expect(book).toBeVisible({ timeout: 240_000 });
    expect(await pages.count()).toBeGreaterThan(1);
  });

  await test.step('the model chose to paint, and every picture is whole and described', async () => {
    const images = pages.getByRole('img');
    expect(await images.count()).toBeGreaterThan(0);
    for (const image of await images.all()) {
      await expect(image).toHaveAttribute('alt', /^Picture: .*\w/);
      expect(await image.evaluate((each) => (each as HTMLImageElement).naturalWidth)).toBeGreaterThanOrEqual(64);
    }
  });

  const told = await text();
  const story = () =>
    page.locator('interleaf-story').evaluate((node) => {
      const { seed, branches = [], options } = (node as StoryElement).story as NonNullable<StoryElement['story']>;
      return { seed, branches, options };
    });
  expect(await story()).toMatchObject({ seed: 7, branches: [], options: { sampler: 'ddim', steps: 4 } });

  await test.step('after a reload the last story stands again', async () => {
    await page.reload();
    await expect(book).toBeVisible();
    expect(await text()).toEqual(told);
    expect(await pictures()).not.toEqual([]);
  });

  await test.step('a picture is painted anew, and the text stays', async () => {
    const [before] = await pictures();
    await page
      .getByRole('button', { name: /paint anew/i })
      .first()
      .click();
    await expect.poll(async () => (await pictures())[0] ?? before, { timeout: 120_000 }).not.toBe(before);
    expect(await text()).toEqual(told);
  });

  await test.step('the story goes on differently after page 1', async () => {
    const first = await pages.first().locator('p').first().innerText();
    await page
      .getByRole('button', { name: /go on differently/i })
      .first()
      .click();
    await expect(book).toBeHidden();
    await expect(book).toBeVisible({ timeout: 240_000 });
    expect(await pages.first().locator('p').first().innerText()).toBe(first);
    expect(await text()).not.toEqual(told);
    // Who knows both seeds and the options can tell all of it again.
    const { seed, branches, options } = await story();
    expect([seed, branches.map(({ from }) => from)]).toEqual([7, [2]]);
    expect(options).toMatchObject({ sampler: 'ddim', steps: 4 });
  });

  await test.step('the page that is saved reads anywhere, and fetches nothing', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /save as a page/i }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('a-turtle-with-a-kite-at-the-beach.html');
    const file = await readFile(await download.path(), 'utf8');
    const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
    const reader = await context.newPage();
    const asked: string[] = [];
    reader.on('request', (request) => asked.push(request.url()));
    await reader.setContent(file);
    await expect(reader.getByRole('heading', { level: 1 })).toHaveText('A turtle with a kite at the beach');
    expect(await reader.getByRole('img').count()).toBe(await pages.getByRole('img').count());
    const width = await reader.getByRole('img').first().getAttribute('src');
    expect(width).toMatch(/^data:image\/png;base64,/);
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([]);
    await context.close();
  });

  await test.step('the pictures are saved as PNGs', async () => {
    const count = await pages.getByRole('img').count();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /save the pictures/i }).click(),
    ]);
    const bytes = new Uint8Array(await readFile(await download.path()));
    const files = count === 1 ? { only: bytes } : unzipSync(bytes);
    expect(Object.keys(files)).toHaveLength(count);
    for (const png of Object.values(files)) expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  await test.step('the book is closed, and found again on the shelf', async () => {
    await page.getByRole('button', { name: /tell another/i }).click();
    const shelf = page.getByRole('region', { name: /your shelf/i });
    await shelf.getByRole('button', { name: 'A turtle with a kite at the beach', exact: true }).first().click();
    await expect(book).toBeVisible();
  });
});

test('the same prompt and seed tell the same story, words and pictures; another seed another one', async ({ page }) => {
  await page.goto('/');
  const request = { prompt: 'an owl who finds a lantern in the forest', seed: 21, pages: 3 };
  const first = await tell(page, request);
  await page.reload();
  const second = await tell(page, request);
  expect(second.pages).toEqual(first.pages);
  expect(second.backend).toBe('wasm');
  const other = await page.locator('interleaf-story').evaluate(async (node, asked) => {
    const element = node as StoryElement;
    element.addEventListener('interleaf-page', () => element.stop(), { once: true });
    const story = await element.generate({ ...asked, seed: 22 });
    return story.pages[0]?.text;
  }, request);
  expect(other).not.toBe(first.pages[0]?.text);
});
