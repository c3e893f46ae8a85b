/**
 * Weights under everything that goes wrong, in a real browser with its real store. R1 to R23 are the rows of the table of
 * faults in docs/reliability.md. Not tested here, and why, is said there, too.
 */
import type { BrowserContext, Page } from '@playwright/test';
import { type FaultServer, serveFaults } from './fault-server.ts';
import { expect, test } from './fixtures.ts';
import { content, fetchModel, MB, onDisk, plainModel, stateOf, weights } from './held.ts';

const files = { 'small.onnx': content(300_000, 1), 'big.data': content(36 * MB + 5, 2) };
const model = plainModel(files);
const big = model.files[1] as (typeof model.files)[number];
const size = Object.values(files).reduce((sum, { length }) => sum + length, 0);

let server: FaultServer;
let mirrors: string[];
test.beforeEach(async ({ page }) => {
  server = await serveFaults(files);
  mirrors = [`${server.url}model/`];
  await page.goto(`${server.url}blank`);
});
test.afterEach(() => server.stop());

const sent = () => server.asked.reduce((sum, each) => sum + each.sent, 0);
const bigAsked = () => server.asked.filter(({ path }) => path.endsWith('big.data'));

/** It is held, it is what it should be, and another visit asks for nothing. */
async function isHeld(page: Page, of = model): Promise<void> {
  expect(await stateOf(page)).toContain(`${of.id}@${of.revision} whole`);
  for (const { sha256 } of of.files) expect(await onDisk(page, sha256)).toBe(sha256);
  const before = server.asked.length;
  await page.reload();
  expect((await fetchModel(page, of, mirrors)).outcome).toBe('held');
  expect(server.asked.length).toBe(before);
}

test('weights are fetched by chunk, several at once, and a second visit fetches 0 bytes', async ({ page }) => {
  const { outcome, loaded } = await fetchModel(page, model, mirrors);
  expect(outcome).toBe('held');
  expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
  expect(loaded.at(-1)).toBe(size);
  expect(bigAsked().length).toBe(37);
  expect(sent()).toBe(size);
  await isHeld(page);
});

test('R1: cut at random places, no more than a chunk per cut is sent again', async ({ page }) => {
  let cuts = 0;
  server.fault = (_, count) => {
    if (count % 4 !== 0) return undefined;
    cuts += 1;
    return { kind: 'cut', after: Math.floor(Math.random() * MB) };
  };
  expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
  expect(cuts).toBeGreaterThan(5);
  expect(sent()).toBeLessThanOrEqual(size + cuts * MB);
  await isHeld(page);
});

test('R2: a tab that crashes leaves what it had, and never a model that seems whole', async ({ page, context }) => {
  // After so many answers nothing comes any more, and the tab dies.
  for (const after of [3, 4, 5, 6, 7]) {
    const tab = await context.newPage();
    await tab.goto(`${server.url}blank`);
    server.asked.length = 0;
    server.fault = (_, count) => (count > after ? { kind: 'silence', after: 1000 } : undefined);
    fetchModel(tab, model, mirrors).catch(() => undefined);
    await expect.poll(() => server.asked.length).toBeGreaterThan(after);
    const crashed = tab.waitForEvent('crash');
    const session = await context.newCDPSession(tab);
    session.send('Page.crash').catch(() => {});
    await crashed;
    await tab.close({ runBeforeUnload: false });
    expect(await stateOf(page)).toEqual(['plain@1 partly']);
  }
  server.fault = () => undefined;
  server.asked.length = 0;
  expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
  // Of 25 answers the last of each visit may have been on their way to the disk.
  expect(sent()).toBeLessThanOrEqual(size - 15 * MB);
  await isHeld(page);
});

test('R3: one wrong bit is found, asked for again, and taken from elsewhere', async ({ page }) => {
  server.fault = ({ path }) => (path.startsWith('/model/') ? { kind: 'flip', at: 7 * MB + 3 } : undefined);
  const refused = await fetchModel(page, model, mirrors);
  expect(refused.outcome).toBe('WeightsError corrupt');
  expect(refused.message).toContain('chunk 8 of 37 of big.data');
  expect(await stateOf(page)).toEqual(['plain@1 partly']);
  const { outcome } = await fetchModel(page, model, [...mirrors, `${server.url}other/`]);
  expect(outcome).toBe('held');
  await isHeld(page);
});

test('R4, R11, R12: what is too short, changed, or another part than was asked for is kept nowhere', async ({
  page,
}) => {
  for (const [fault, code] of [
    [{ kind: 'short', bytes: 1000 }, 'cut-short'],
    [{ kind: 'changed' }, 'corrupt'],
  ] as const) {
    server.fault = () => fault;
    expect((await fetchModel(page, model, mirrors)).outcome).toBe(`WeightsError ${code}`);
    expect(await stateOf(page)).toEqual(['plain@1 partly']);
  }
  expect(server.asked.length).toBeLessThan(60);
  // Asked for the whole, the one mirror has it; what claims to be packed and is not is left for another mirror.
  for (const [kind, from] of [
    ['other-range', mirrors],
    ['gzip', [...mirrors, `${server.url}other/`]],
  ] as const) {
    server.fault = ({ range, path }) => (range && path.startsWith('/model/') ? { kind } : undefined);
    expect((await fetchModel(page, model, from)).outcome).toBe('held');
    await isHeld(page);
    await weights(page, 'remove', model);
  }
});

test('R5, R6: a server that ignores ranges, or refuses them, gives the file all the same', async ({ page }) => {
  for (const fault of [{ kind: 'no-ranges' }, { kind: 'status', status: 416 }] as const) {
    server.fault = ({ range }) => (range ? fault : undefined);
    server.asked.length = 0;
    expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
    expect(server.asked.length).toBeLessThan(8);
    await isHeld(page);
    await weights(page, 'remove', model);
  }
});

test('R7: a server that has no time is asked later, the wait is told, and can be ended', async ({ page }) => {
  const statuses = [429, 503, 503];
  server.fault = ({ path }) => {
    const status = path.endsWith('small.onnx') ? statuses.shift() : undefined;
    return status ? { kind: 'status', status, headers: { 'retry-after': '1' } } : undefined;
  };
  const { outcome, waits } = await fetchModel(page, model, mirrors);
  expect(outcome).toBe('held');
  expect(waits.join()).toMatch(/answered 429.*answered 503/s);
  await isHeld(page);
  await weights(page, 'remove', model);
  server.fault = () => ({ kind: 'status', status: 503, headers: { 'retry-after': '300' } });
  const started = Date.now();
  expect((await fetchModel(page, model, mirrors, { stopAtBytes: 0 })).outcome).toBe('StoppedError stopped');
  expect(Date.now() - started).toBeLessThan(30_000);
});

test('R8, R9: a mirror that lacks it, or answers with a web page, is left for the next, and both are named', async ({
  page,
}) => {
  for (const fault of [{ kind: 'status', status: 404 }, { kind: 'status', status: 403 }, { kind: 'page' }] as const) {
    server.fault = () => fault;
    const none = await fetchModel(page, model, [...mirrors, `${server.url}other/`]);
    expect(none.outcome).toBe('WeightsError missing');
    expect(none.message).toContain(`${server.url}model/`);
    expect(none.message).toContain(`${server.url}other/`);
    server.fault = ({ path }) => (path.startsWith('/model/') ? fault : undefined);
    expect((await fetchModel(page, model, [...mirrors, `${server.url}other/`])).outcome).toBe('held');
    await weights(page, 'remove', model);
  }
});

test('R10: what is silent is asked anew, and what is slow is left alone', async ({ page }) => {
  server.fault = ({ path }, count) => {
    if (count === 3) return { kind: 'silence', after: 500_000 };
    return path.endsWith('small.onnx') ? { kind: 'slow', everyMs: 5 } : undefined;
  };
  const { outcome } = await fetchModel(page, model, mirrors, { idleMs: 1000 });
  expect(outcome).toBe('held');
  expect(server.asked.filter(({ path }) => path.endsWith('small.onnx'))).toHaveLength(1);
  expect(sent()).toBeLessThanOrEqual(size + MB);
  await isHeld(page);
});

test('R15: a file of full length with zeros in it is not believed', async ({ page }) => {
  expect((await fetchModel(page, model, mirrors, { stopAtBytes: 12 * MB })).outcome).toBe('StoppedError stopped');
  await page.evaluate(
    async ({ name, bytes }) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('interleaf-weights');
      const file = await folder.getFileHandle(name);
      const writable = await file.createWritable({ keepExistingData: true });
      await writable.truncate(bytes);
      await writable.write({ type: 'write', position: 2 ** 20, data: new Uint8Array(2 ** 20) });
      await writable.close();
    },
    { name: big.sha256, bytes: big.bytes },
  );
  expect(await stateOf(page)).toEqual(['plain@1 partly']);
  server.asked.length = 0;
  expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
  expect(bigAsked().map(({ range }) => range)).toContain(`bytes=${MB}-${2 * MB - 1}`);
  await isHeld(page);
});

test('R16: files that the browser removed are noticed, and so is one that rotted', async ({ page }) => {
  await fetchModel(page, model, mirrors);
  await page.evaluate(async () =>
    (await navigator.storage.getDirectory()).removeEntry('interleaf-weights', { recursive: true }),
  );
  await page.reload();
  expect(await stateOf(page)).toEqual(['plain@1 evicted']);
  expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
  await isHeld(page);

  // All that belongs to the origin, as the browser itself clears it when room is scarce.
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: new URL(server.url).origin, storageTypes: 'all' });
  await page.reload();
  expect(await stateOf(page)).toEqual([]);
  expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
  await isHeld(page);

  await rot(page);
  // A private window gives changed files their old date: here it takes a check, or a week.
  expect(await weights(page, 'check', model)).toBe(false);
  server.asked.length = 0;
  expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
  expect(server.asked.map(({ range }) => range)).toEqual([`bytes=${9 * MB}-${10 * MB - 1}`]);
  expect(await weights(page, 'check', model)).toBe(true);
});

/** Eight bytes of the large file become zeros. */
function rot(page: Page): Promise<void> {
  return page.evaluate(async (name) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('interleaf-weights');
    const writable = await (await folder.getFileHandle(name)).createWritable({ keepExistingData: true });
    await writable.write({ type: 'write', position: 9 * 2 ** 20, data: new Uint8Array(8) });
    await writable.close();
  }, big.sha256);
}

test('R14: a disk that is full without a word is noticed at that write; with room, the rest is fetched', async ({
  page,
  context,
}) => {
  const session = await context.newCDPSession(page);
  const allow = (bytes?: number) =>
    session.send('Storage.overrideQuotaForOrigin', {
      origin: new URL(server.url).origin,
      ...(bytes ? { quotaSize: bytes } : {}),
    });
  await allow(10 * MB);
  const full = await fetchModel(page, model, mirrors);
  expect(full.outcome).toBe('WeightsError full');
  expect(full.message).toMatch(/no room.*What arrived is kept/);
  expect(await stateOf(page)).toEqual(['plain@1 partly']);
  await allow();
  server.asked.length = 0;
  expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
  expect(sent()).toBeLessThan(size - 5 * MB);
  await isHeld(page);
});

test.describe('in a profile on the disk', () => {
  let context: BrowserContext;
  let page: Page;
  test.beforeEach(async ({ playwright, launchOptions }, info) => {
    context = await playwright.chromium.launchPersistentContext(info.outputPath('profile'), launchOptions);
    page = await context.newPage();
    await page.goto(`${server.url}blank`);
  });
  test.afterEach(() => context.close());

  test('R13: a quota that is used up is said to be, and what is held stays', async () => {
    const session = await context.newCDPSession(page);
    const { origin } = new URL(server.url);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 10 * MB });
    expect((await fetchModel(page, model, mirrors)).outcome).toBe('WeightsError full');
    expect(await stateOf(page)).toEqual(['plain@1 partly']);
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    server.asked.length = 0;
    expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
    expect(sent()).toBeLessThan(size - 5 * MB);
    await isHeld(page);
  });

  test('R16: a large file that has changed on the disk is hashed before it is used', async () => {
    await fetchModel(page, model, mirrors);
    await rot(page);
    server.asked.length = 0;
    expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
    expect(server.asked.map(({ range }) => range)).toEqual([`bytes=${9 * MB}-${10 * MB - 1}`]);
  });
});

test('R18: two tabs share one download; when the first crashes the second takes over', async ({ page, context }) => {
  const tab = await context.newPage();
  await tab.goto(`${server.url}blank`);
  server.fault = (_, count) => (count > 12 ? { kind: 'silence', after: 1000 } : undefined);
  fetchModel(tab, model, mirrors).catch(() => undefined);
  await expect.poll(() => server.asked.length).toBeGreaterThan(12);
  const second = fetchModel(page, model, mirrors);
  await page.waitForTimeout(1500);
  expect(server.asked.length).toBeLessThanOrEqual(16);
  server.fault = () => undefined;
  const crashed = tab.waitForEvent('crash');
  const session = await context.newCDPSession(tab);
  session.send('Page.crash').catch(() => {});
  await crashed;
  const { outcome, loaded, waits } = await second;
  expect(outcome).toBe('held');
  // It saw how far the other was before it fetched anything.
  expect(loaded.some((bytes) => bytes > 5 * MB && bytes < size)).toBe(true);
  expect(waits.join()).toContain('Another tab');
  expect(sent()).toBeLessThanOrEqual(size + 16 * MB);
  await isHeld(page);
});

test('R19: what fails to open gives back what it held, and a second try works', async ({ page }) => {
  // Somebody else has the file open for writing.
  await page.evaluate(async (name) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('interleaf-weights', {
      create: true,
    });
    const file = await folder.getFileHandle(name, { create: true });
    Object.assign(globalThis, { other: await file.createWritable({ mode: 'exclusive' } as never) });
  }, big.sha256);
  const refused = await fetchModel(page, model, mirrors);
  expect(refused.outcome).toBe('WeightsError not-kept');
  await page.evaluate(() => (globalThis as unknown as { other: FileSystemWritableFileStream }).other.abort());
  expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
  await isHeld(page);
});

test('R22, R23: another revision is fetched beside the old one, and nothing that a tab uses is removed', async ({
  page,
  context,
}) => {
  const newer = plainModel({ ...files, 'small.onnx': content(300_000, 3) }, '2');
  expect((await fetchModel(page, model, mirrors)).outcome).toBe('held');
  server.fault = ({ path }) => (path.endsWith('small.onnx') ? { kind: 'status', status: 404 } : undefined);
  expect((await fetchModel(page, newer, mirrors)).outcome).toBe('WeightsError missing');
  // What both have is there for both.
  expect((await stateOf(page)).sort()).toEqual(['plain@1 whole', 'plain@2 partly']);
  const tab = await context.newPage();
  await tab.goto(`${server.url}blank`);
  await tab.evaluate((name) => {
    void navigator.locks.request(name, { mode: 'shared' }, () => new Promise(() => {}));
  }, `interleaf-weights/${big.sha256}`);
  await weights(page, 'remove', newer);
  expect(await stateOf(page)).toEqual(['plain@1 whole']);
  await expect(weights(page, 'remove', model)).rejects.toThrow(/plain@1 is in use/);
  await isHeld(page);
  await tab.close();
  await expect.poll(() => weights(page, 'remove', model).then(() => 'removed', String)).toBe('removed');
  expect(await onDisk(page, big.sha256)).toBe('');
});
