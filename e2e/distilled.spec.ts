/**
 * A model whose UNet was distilled for few steps: it is asked for them, and for nothing else. The model is the page's own
 * with such words in its manifest: what it paints may be poor, how it is asked is what is looked at.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { outDir, type StoppableBuild, serveBuild } from './servers.ts';
import type { StoryElement } from './telling.ts';

const OWN = { sampler: 'ddim', steps: 2, guidance: 1 };
let server: StoppableBuild;

test.beforeAll(async () => {
  server = await serveBuild();
  const manifest = JSON.parse(readFileSync(join(outDir, 'weights-manifest.json'), 'utf8'));
  Object.assign(manifest.models[0].picture, OWN, { distilled: { steps: [2, 2] } });
  server.newer.set('/weights-manifest.json', Buffer.from(JSON.stringify(manifest)));
});
test.afterAll(() => server?.stop());

test('a distilled model is asked for its own steps, and the settings offer no others', async ({ page }) => {
  await page.goto(server.url);
  await page.getByText('Settings').click();
  const samplers = page.getByRole('combobox', { name: /painted with/i }).getByRole('option');
  await expect(samplers).toHaveText(['the model’s own sampler', 'ddim']);
  const steps = page.getByRole('spinbutton', { name: /painting steps/i });
  await expect(steps).toHaveAttribute('min', '2');
  await expect(steps).toHaveAttribute('max', '2');
  await expect(page.getByText(/paints with ddim in 2 steps without guidance/)).toBeVisible();

  await test.step('a host page is refused in a sentence', async () => {
    const said = await page.evaluate(async () => {
      const { tellStory } = (await import(
        new URL('interleaf.js', location.href).href
      )) as typeof import('../src/interleaf.ts');
      const story = tellStory({ prompt: 'a turtle', settings: { steps: 12 } });
      return story.next().then(String, (error: Error) => `${error.name}: ${error.message}`);
    });
    expect(said).toMatch(/^InputError: .* distilled; the steps cannot be 12\./);
  });

  await test.step('so is what a host page wrote into the element', async () => {
    await page.locator('interleaf-story').evaluate((node) => node.setAttribute('sampler', 'pndm'));
    await expect(samplers).toHaveText(['the model’s own sampler', 'ddim', 'pndm']);
    await page.getByRole('textbox', { name: /what shall/i }).fill('a turtle with a kite at the beach');
    await page.getByRole('button', { name: /tell the story/i }).click();
    await expect(page.getByRole('alert')).toContainText('the sampler cannot be pndm.');
    await page.getByText('Settings').click();
    await page.getByRole('combobox', { name: /painted with/i }).selectOption('');
  });

  await page.getByRole('textbox', { name: /seed/i }).fill('7');
  await page.getByRole('button', { name: /tell the story/i }).click();
  await expect(page.getByRole('navigation', { name: /this book/i })).toBeVisible({ timeout: 240_000 });
  await expect(page.getByRole('region', { name: /^page \d/i }).getByRole('img')).not.toHaveCount(0);
  const options = await page.locator('interleaf-story').evaluate((node) => (node as StoryElement).story?.options);
  expect(options).toMatchObject(OWN);
});
