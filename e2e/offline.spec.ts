/** After one visit everything works with the network cut, and an update never breaks a running story. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { serveBuild } from './servers.ts';
import { begin, tell } from './telling.ts';

test.use({ serviceWorkers: 'allow' });

const request = { prompt: 'a hedgehog with a cake in the garden', seed: 11, pages: 3 };
const offline = (page: Page) => page.locator('html');

test('after one visit, without telling anything, a story is told with the server gone', async ({ page, context }) => {
  const server = await serveBuild();
  try {
    await page.goto(server.url);
    await expect(offline(page)).toHaveAttribute('data-offline', 'ready', { timeout: 120_000 });
    const fetched = server.asked.filter((path) => path.startsWith('/weights/'));
    expect(new Set(fetched).size).toBe(fetched.length);
  } finally {
    await server.stop();
  }
  await context.setOffline(true);
  await page.close();

  const later = await context.newPage();
  await later.goto(`${server.url}?from=home-screen`);
  await expect(later.getByRole('button', { name: /tell the story/i })).toBeVisible();
  const told = await tell(later, request);
  expect(told.pages[0]?.text).toMatch(/\S/);
  expect(told.events).toContain('interleaf-picture');
  expect(told.events).not.toContain('interleaf-error');

  await later.reload();
  await expect(later.getByRole('navigation', { name: /this book/i })).toBeVisible();
  const [download] = await Promise.all([
    later.waitForEvent('download'),
    later.getByRole('button', { name: /save as a page/i }).click(),
  ]);
  expect(await download.failure()).toBeNull();
});

test('a story asked for while the weights are still on their way is told, and all is kept', async ({
  page,
  context,
}) => {
  const server = await serveBuild();
  try {
    await page.goto(server.url);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    expect(await begin(page, request)).toMatch(/\S/);
    await expect(offline(page)).toHaveAttribute('data-offline', 'ready', { timeout: 120_000 });
  } finally {
    await server.stop();
  }
  await context.setOffline(true);
  await page.reload();
  expect(await begin(page, request)).toMatch(/\S/);
});

test('a newer version waits until the running story is over and no window is open', async ({ page, context }) => {
  const server = await serveBuild();
  const script = () =>
    page.evaluate(async () => (await caches.keys()).length > 0 && navigator.serviceWorker.controller?.state);
  try {
    await page.goto(server.url);
    await expect(offline(page)).toHaveAttribute('data-offline', 'ready', { timeout: 120_000 });

    const told = tell(page, request);
    const response = await fetch(`${server.url}service-worker.js`);
    const renamed = (await response.text()).replaceAll(/interleaf-([\w-]{8})\.js/g, 'interleaf-NEWER.js');
    const library = /interleaf-[\w-]{8}\.js/.exec(
      await (await fetch(server.url)).text().then(async (html) => {
        const entry = /src="\.\/([^"]+\.js)"/.exec(html)?.[1] ?? '';
        return (await fetch(`${server.url}${entry}`)).text();
      }),
    )?.[0];
    expect(library).toBeDefined();
    server.newer.set('/service-worker.js', Buffer.from(renamed));
    server.newer.set('/interleaf-NEWER.js', Buffer.from('export {};'));
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await expect(offline(page)).toHaveAttribute('data-offline', 'update', { timeout: 120_000 });

    await expect(page.getByText('A newer version is ready.')).toBeHidden();
    expect((await told).complete).toBe(true);
    expect(await script()).toBe('activated');
    // Offered between two stories, and not while one is told.
    await expect(page.getByText('A newer version is ready.')).toBeVisible();
    await expect(page.getByRole('button', { name: /use it now/i })).toBeEnabled();
    // The files of the version that runs are still there, with the server gone.
    await server.stop();
    const kept = await page.evaluate(async (name) => (await fetch(`./${name}`)).ok, library as string);
    expect(kept).toBe(true);
    await page.reload();
    expect(await begin(page, request)).toMatch(/\S/);
  } finally {
    await server.stop();
    await context.close();
  }
});

test('a newer version is let in when the reader says so, and the page is there again', async ({ page }) => {
  const server = await serveBuild();
  try {
    await page.goto(server.url);
    await expect(offline(page)).toHaveAttribute('data-offline', 'ready', { timeout: 120_000 });
    const script = await (await fetch(`${server.url}service-worker.js`)).text();
    server.newer.set('/service-worker.js', Buffer.from(`${script}\n// newer`));
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    const use = page.getByRole('button', { name: /use it now/i });
    await expect(use).toBeVisible();
    await Promise.all([page.waitForEvent('load'), use.click()]);
    await expect(page.getByRole('button', { name: /tell the story/i })).toBeVisible();
    await expect(use).toBeHidden();
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting)).toBeNull();
  } finally {
    await server.stop();
  }
});

test('the page can be installed', async ({ page, context }) => {
  const server = await serveBuild();
  try {
    await page.goto(server.url);
    const session = await context.newCDPSession(page);
    const { errors, data } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const manifest = JSON.parse(data ?? '{}') as { readonly icons: readonly { readonly src: string }[] };
    expect(manifest).toMatchObject({ name: 'Interleaf', display: 'standalone' });
    for (const { src } of manifest.icons) {
      const size = await page.evaluate(async (url) => {
        const bitmap = await createImageBitmap(await (await fetch(url)).blob());
        return bitmap.width;
      }, src);
      expect(src).toContain(`-${size}.png`);
    }
  } finally {
    await server.stop();
  }
});
