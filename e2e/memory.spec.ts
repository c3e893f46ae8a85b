/** Where memory is scarce the parts of the model take turns, and the same story is told. */
import { readFileSync } from 'node:fs';
import { partBytes, planResidency } from '../src/models/residency.ts';
import { parseManifest } from '../src/weights/manifest.ts';
import { expect, test } from './fixtures.ts';

const [model] = parseManifest(JSON.parse(readFileSync('public/weights-manifest.json', 'utf8'))).models;
if (!model?.variants[0]) throw new Error('The manifest has no model.');
const bytes = partBytes(model, model.variants[0]);
/** Enough for the largest part, and for nothing beside it. */
const least = Math.max(...Object.values(bytes));

test('with room for one part at a time never two are in memory, and words and pictures arrive all the same', async ({
  page,
}) => {
  expect(planResidency(bytes, least).kept).toEqual([]);
  let [alive, most, started] = [0, 0, 0];
  page.on('worker', (worker) => {
    if (!/writer|painter|eyes/.test(worker.url())) return;
    started += 1;
    alive += 1;
    most = Math.max(most, alive);
    worker.on('close', () => {
      alive -= 1;
    });
  });
  await page.goto('/');
  const story = await page.locator('interleaf-story').evaluate(async (node, memory) => {
    const element = node as HTMLElementTagNameMap['interleaf-story'];
    Object.assign(element, { memory });
    const statuses = new Set<string>();
    const watch = setInterval(() => statuses.add(element.shown.arriving ?? ''), 5);
    const told = await element.generate({ prompt: 'a turtle with a kite at the beach', seed: 3, pages: 3 });
    clearInterval(watch);
    return { pages: told.pages.map((each) => ({ text: each.text, picture: !!each.picture })), statuses: [...statuses] };
  }, least / 1e9);
  expect(story.pages.length).toBeGreaterThan(1);
  expect(story.pages.filter((each) => each.picture).length).toBeGreaterThan(1);
  expect(story.pages.every((each) => each.text.length > 20)).toBe(true);
  expect(story.statuses).toEqual(expect.arrayContaining(['language', 'vision', 'pictures']));
  // A worker that was ended may be reported as gone a little after the next one is reported as begun.
  expect(most).toBeLessThanOrEqual(2);
  // Writer, painter, eyes, the writer again, the painter again: at least.
  expect(started).toBeGreaterThanOrEqual(5);
});

test('with less than that it says how much is needed, and nothing is lost', async ({ page }) => {
  await page.goto('/');
  const error = await page.locator('interleaf-story').evaluate(async (node, memory) => {
    const element = node as HTMLElementTagNameMap['interleaf-story'];
    Object.assign(element, { memory, prompt: 'a turtle' });
    return element.generate().catch(({ name, message }: Error) => ({ name, message }));
  }, least / 2e9);
  expect(error).toMatchObject({ name: 'DeviceError', message: expect.stringContaining('Allow more memory') });
  await expect(page.locator('interleaf-story').getByRole('textbox').first()).toHaveValue('a turtle');
});
