import { describe, expect, test } from 'vitest';
import { browser, CHUNK, contentOf, data, file, large, largeFile, load, MB } from './fake-browser.ts';
import {
  bytesOfLength,
  cutAfter,
  fakeClock,
  fakeDisk,
  fakeRecords,
  honest,
  server,
  spanAsked,
  stoppedClock,
  weightFile,
} from './fakes.ts';
import { lockOf } from './files.ts';
import { createJournal } from './journal.ts';
import { noLocks } from './locks.ts';
import { createMemoryStore } from './memory-store.ts';
import { createStore } from './store.ts';
import type { Bytes } from './verified.ts';

describe('the disk', () => {
  test.each(['throws', 'silent'] as const)(
    'that is full (%s) is noticed at that write, and what is held stays (R13, R14)',
    async (full) => {
      const mine = browser();
      const cutting = server({ 'unet.data': data }, (asked, bytes) => {
        mine.disk.full = spanAsked(asked, bytes).from > 0 ? full : 'no';
        return cutAfter(asked, bytes, 350);
      });
      await expect(load(mine, [file], cutting)).rejects.toMatchObject({ name: 'WeightsError', code: 'full' });
      expect(await mine.store.heldBytes(file)).toBe(300);
      mine.disk.full = 'no';
      const rest = server({ 'unet.data': data });
      expect(await contentOf(await load(mine, [file], rest))).toEqual(data);
      expect(Math.min(...rest.asked.map((asked) => spanAsked(asked, data).from))).toBe(300);
    },
  );

  test('that is full leaves memory, where that was agreed', async () => {
    const mine = browser({ spare: createMemoryStore() });
    mine.disk.full = 'silent';
    expect(await contentOf(await load(mine, [file], server({ 'unet.data': data })))).toEqual(data);
    expect(await mine.store.read(file)).toBeUndefined();
  });

  test('that has zeros where bytes should be is not believed (R15)', async () => {
    const mine = browser();
    const stop = new AbortController();
    const half = server({ 'unet.data': data }, (asked, bytes, count) => {
      if (count > 1) stop.abort();
      return cutAfter(asked, bytes, 450);
    });
    await expect(load(mine, [file], half, () => {}, stop.signal)).rejects.toMatchObject({ name: 'StoppedError' });
    const kept = mine.disk.files.get(file.sha256);
    if (!kept) throw new Error('nothing was kept');
    // Of full length, as after a sleep, and one chunk that was held has become zeros.
    const grown = new Uint8Array(data.length);
    grown.set(kept.bytes);
    grown.fill(0, 100, 200);
    kept.bytes = grown;
    expect(await mine.store.read(file)).toBeUndefined();
    const rest = server({ 'unet.data': data });
    expect(await contentOf(await load(mine, [file], rest))).toEqual(data);
    const asked = rest.asked.map((each) => spanAsked(each, data).from).sort((a, b) => a - b);
    expect(asked).toEqual([100, 400, 500, 600, 700, 800, 900, 1000]);
  });

  test('that lost a file is noticed, and so is one that rotted: only what is damaged is fetched again (R16)', async () => {
    const mine = browser();
    (await load(mine, [file], server({ 'unet.data': data }))).release();
    mine.disk.files.delete(file.sha256);
    expect(await mine.store.read(file)).toBeUndefined();
    (await load(mine, [file], server({ 'unet.data': data }))).release();
    const kept = mine.disk.files.get(file.sha256);
    (kept?.bytes as Bytes)[555] = (data[555] as number) ^ 4;
    const repair = server({ 'unet.data': data });
    expect(await contentOf(await load(mine, [file], repair))).toEqual(data);
    expect(repair.asked.map(({ range }) => range)).toEqual(['bytes=500-599']);
  });

  test('is trusted with a large file for a week, while its date stands; then every byte is hashed again', async () => {
    let now = 1_000_000;
    const disk = fakeDisk(() => now);
    const store = createStore(disk, createJournal(fakeRecords()), () => now);
    const mine = { supply: { sources: [], store, locks: noLocks, clock: fakeClock() } };
    await load(mine as never, [largeFile], server({ 'unet.data': large }));
    const kept = disk.files.get(largeFile.sha256) as { bytes: Bytes; modified: number };
    (kept.bytes[9 * MB] as number) ^= 1;
    expect(await store.read(largeFile)).toBeDefined();
    now += 8 * 24 * 3600 * 1000;
    expect(await store.read(largeFile)).toBeUndefined();
    (kept.bytes[9 * MB] as number) ^= 1;
    await load(mine as never, [largeFile], server({ 'unet.data': large }));
    (kept.bytes[9 * MB] as number) ^= 1;
    kept.modified += 1;
    expect(await store.read(largeFile)).toBeUndefined();
  });

  test('that fails to open gives back what it held, and a second try works (R19)', async () => {
    const mine = browser();
    mine.disk.failsToOpen = true;
    await expect(load(mine, [file], server({ 'unet.data': data }))).rejects.toThrow();
    expect([...mine.locks.held.values()].every((count) => count === 0)).toBe(true);
    expect(await contentOf(await load(mine, [file], server({ 'unet.data': data })))).toEqual(data);
  });

  test('is not there: everything still loads, and nothing is kept (R20)', async () => {
    const mine = browser({ store: createMemoryStore(), locks: noLocks });
    expect(await contentOf(await load(mine, [file], server({ 'unet.data': data })))).toEqual(data);
    expect(mine.disk.files.size).toBe(0);
  });

  test('holds one file for two lists that cut it into other chunks, and believes neither for the other', async () => {
    const mine = browser();
    (await load(mine, [file], server({ 'unet.data': data }))).release();
    const recut = await weightFile(data, 64);
    const asked = server({ 'unet.data': data });
    (await load(mine, [recut], asked)).release();
    expect(asked.asked).toHaveLength(0);
    const forged = { ...(await weightFile(bytesOfLength(1050, 9), CHUNK)), sha256: file.sha256 };
    expect(await mine.store.read(forged)).toBeUndefined();
  });
});

describe('two tabs', () => {
  test('share one download: the second follows, and is served from what the first kept (R18)', async () => {
    const mine = browser({ clock: stoppedClock() });
    let go = (): void => {};
    const ready = new Promise<void>((resolve) => {
      go = resolve;
    });
    const fetch = server({ 'unet.data': data }, async (asked, bytes) => {
      await ready;
      return honest(asked, bytes);
    });
    const first = load(mine, [file], fetch);
    const followed: number[] = [];
    const clock = fakeClock();
    const second = load({ supply: { ...mine.supply, clock } }, [file], fetch, ({ loadedBytes }) =>
      followed.push(loadedBytes),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    go();
    expect(await contentOf(await first)).toEqual(data);
    expect(await contentOf(await second)).toEqual(data);
    expect(fetch.asked).toHaveLength(1);
  });

  test('when the first goes, the second takes over where it was', async () => {
    const mine = browser();
    const stop = new AbortController();
    const stuck = server({ 'unet.data': data }, (asked, bytes, count) =>
      count === 1 ? cutAfter(asked, bytes, 450) : new Response(new ReadableStream()),
    );
    const first = load(
      { supply: { ...mine.supply, idleMs: Number.MAX_SAFE_INTEGER } },
      [file],
      stuck,
      () => {},
      stop.signal,
    );
    const rest = server({ 'unet.data': data });
    const second = load(mine, [file], rest);
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    await expect(first).rejects.toMatchObject({ name: 'StoppedError' });
    expect(await contentOf(await second)).toEqual(data);
    expect(Math.min(...rest.asked.map((asked) => spanAsked(asked, data).from))).toBe(400);
  });

  test('a file that is used cannot be had alone', async () => {
    const mine = browser();
    const held = await load(mine, [file], server({ 'unet.data': data }));
    expect(await mine.locks.aloneIfFree(lockOf(file), async () => 'had')).toBe('in use');
    held.release();
    expect(await mine.locks.aloneIfFree(lockOf(file), async () => 'had')).toBe('had');
  });
});
