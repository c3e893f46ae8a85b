/** What is on this machine is shown, checked, removed, and carried in from a folder. */
import { expect, test } from './fixtures.ts';
import { begin, tell } from './telling.ts';

const request = { prompt: 'an owl in the forest', seed: 2, pages: 1 };

test('a model that told a story is listed with its size, can be checked, and removed', async ({ page }) => {
  await page.goto('/');
  await tell(page, request);
  await page.reload();
  await page.getByRole('button', { name: /tell another/i }).click();
  await page.getByText('Settings').click();
  const held = page.getByRole('region', { name: 'On this machine' });
  await expect(held.getByRole('listitem')).toHaveText(/Tiny, \d+ MB\s/);
  await held.getByRole('button', { name: 'Check' }).click();
  await expect(held.getByRole('status')).toContainText('All of tiny is as it should be');
  await held.getByRole('button', { name: /remove tiny/i }).click();
  await expect(held).toContainText('No storyteller is kept here yet');
});

test('a folder is taken in by its hashes, and a story is told without fetching it', async ({ page }) => {
  await page.goto('/');
  await page.getByText('Settings').click();
  const held = page.getByRole('region', { name: 'On this machine' });
  await held.locator('input[type=file]').setInputFiles('public');
  await expect(held.getByRole('status')).toContainText('Tiny is on this machine now');
  const asked: string[] = [];
  page.context().on('request', (each) => {
    if (/\/weights\/tiny\//.test(each.url()) && !each.serviceWorker()) asked.push(each.url());
  });
  await begin(page, request);
  expect(asked).toEqual([]);
});
