/** The element on somebody else's page: another origin, a strict policy, no cross-origin isolation. */
import { expect, test } from './fixtures.ts';
import { build, type Host, serveHost } from './servers.ts';
import { type StoryElement, tell } from './telling.ts';

/** The policy that the README asks of a host: nothing but what the element needs. */
const policy = [
  "default-src 'none'",
  `script-src ${build.origin} 'wasm-unsafe-eval'`,
  `worker-src blob: ${build.origin}`,
  `connect-src ${build.origin}`,
  'img-src blob: data:',
].join('; ');

const html = `<!doctype html>
<html lang="en"><head><title>A host</title>
<script type="module" src="${build.origin}/interleaf.js"></script></head>
<body><h1>A host</h1>
<interleaf-story prompt="a turtle with a kite" seed="5" pages="2" backend="wasm" lang="en"></interleaf-story>
</body></html>`;

let host: Host;
test.beforeAll(async () => {
  host = await serveHost(html, policy);
});
test.afterAll(() => host.stop());

test('nothing is downloaded before the reader asks', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(host.url);
  await page.waitForFunction(() => customElements.get('interleaf-story') !== undefined);
  await page.waitForLoadState('networkidle');
  expect(asked.filter((url) => !/\.js$|^http:\/\/127/.test(new URL(url).pathname === '/' ? url : url))).toEqual([]);
  expect(asked.filter((url) => /weights|ort|worker|manifest/.test(new URL(url).pathname))).toEqual([]);
});

test('attributes are properties, and a story is told with them by method', async ({ page }) => {
  await page.goto(host.url);
  await page.waitForFunction(() => customElements.get('interleaf-story') !== undefined);
  expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(false);
  const element = page.locator('interleaf-story');
  const properties = await element.evaluate((node) => {
    const { prompt, seed, pages, backend } = node as unknown as Record<string, unknown>;
    return { prompt, seed: String(seed), pages, backend };
  });
  expect(properties).toEqual({ prompt: 'a turtle with a kite', seed: '5', pages: 2, backend: 'wasm' });

  const told = await tell(page, { prompt: 'an owl and a lantern', seed: 6, pages: 2 });
  expect(told.backend).toBe('wasm');
  expect(told.pages.length).toBeGreaterThan(0);
  expect(told.pages[0]?.text.length).toBeGreaterThan(0);
  for (const name of ['progress', 'state', 'page', 'text', 'picture', 'finished'])
    expect(told.events).toContain(`interleaf-${name}`);
  expect(told.pages.some(({ picture }) => picture?.type === 'image/png')).toBe(true);
  expect(told.events).not.toContain('interleaf-error');
});

test('events bubble out of shadow trees, and a signal stops', async ({ page }) => {
  await page.goto(host.url);
  await page.waitForFunction(() => customElements.get('interleaf-story') !== undefined);
  const outcome = await page.evaluate(async () => {
    const shadow = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
    const element = document.createElement('interleaf-story') as StoryElement;
    element.setAttribute('backend', 'wasm');
    shadow.append(element);
    const stop = new AbortController();
    let heard = 0;
    document.addEventListener('interleaf-text', () => {
      heard += 1;
      stop.abort();
    });
    const told = await element.generate({ prompt: 'a cat', seed: 1, pages: 8, signal: stop.signal }).then(
      (story) => ({ complete: story.complete }),
      (error: Error) => ({ name: error.name }),
    );
    return { heard: heard > 0, told };
  });
  expect(outcome).toEqual({ heard: true, told: { complete: false } });
});

test('an element that is moved tells on; one that is taken away stops without a fault, and comes back with its book', async ({
  page,
}) => {
  await page.goto(host.url);
  await page.waitForFunction(() => customElements.get('interleaf-story') !== undefined);
  const outcome = await page.evaluate(async () => {
    const element = document.querySelector('interleaf-story') as StoryElement;
    const faults: string[] = [];
    element.addEventListener('interleaf-error', (event) => faults.push((event as CustomEvent).detail.message));
    const place = document.body.appendChild(document.createElement('div'));
    element.addEventListener('interleaf-text', () => place.append(element), { once: true });
    element.addEventListener('interleaf-page', () => element.remove(), { once: true });
    const story = await element.generate({ prompt: 'a cat', seed: 1, pages: 3 });
    const images = () => [...(element.shadowRoot?.querySelectorAll<HTMLImageElement>('figure img') ?? [])];
    const addresses = images().map(({ src }) => src);
    place.append(element);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const other = document.createElement('interleaf-story') as StoryElement;
    other.addEventListener('interleaf-error', (event) => faults.push((event as CustomEvent).detail.message));
    document.body.append(other);
    const unheard = other.generate({ prompt: 'a cat', seed: 1 }).catch((error: Error) => error.name);
    other.remove();
    return {
      unheard: await unheard,
      faults,
      complete: story.complete,
      told: story.pages.length,
      state: element.state,
      kept: element.story?.pages.map(({ text }) => text).join() === story.pages.map(({ text }) => text).join(),
      shown: images().length === addresses.length && images().every(({ naturalWidth }) => naturalWidth > 0),
      fresh: images().every(({ src }) => !addresses.includes(src)),
    };
  });
  expect(outcome).toEqual({
    ...{ unheard: 'StoppedError', faults: [], complete: false, told: 1, state: 'told' },
    ...{ kept: true, shown: true, fresh: true },
  });
});

test('a host registers no service worker by embedding', async ({ browser }) => {
  const context = await browser.newContext({ serviceWorkers: 'allow' });
  const page = await context.newPage();
  await page.goto(host.url);
  await page.waitForFunction(() => customElements.get('interleaf-story') !== undefined);
  await page.waitForLoadState('networkidle');
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await context.close();
});
