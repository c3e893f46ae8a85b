import { describe, expect, test, vi } from 'vitest';
import { browser, CHUNK, contentOf, data, file, hashOf, large, largeFile, load, MB, never } from './fake-browser.ts';
import {
  type Asked,
  bytesOfLength,
  cutAfter,
  fakeClock,
  honest,
  modelOf,
  NEVER_IDLE_MS,
  server,
  spanAsked,
  stoppedClock,
  weightFile,
} from './fakes.ts';
import { loadFiles } from './files.ts';
import { type Fetch, folder, mirror, retryAfterMs } from './sources.ts';
import type { FilesProgress } from './tally.ts';
import type { Bytes } from './verified.ts';

describe('files', () => {
  test('arrive, are held, and on a second visit nobody is asked', async () => {
    const mine = browser();
    const fetch = server({ 'unet.data': data });
    const first = await load(mine, [file], fetch);
    expect(await contentOf(first)).toEqual(data);
    expect(fetch.asked).toHaveLength(1);
    const phases: string[] = [];
    const second = await load(mine, [file], never, ({ phase }) => phases.push(phase));
    expect(await contentOf(second)).toEqual(data);
    expect(new Set(phases)).toEqual(new Set(['verify']));
  });

  test('that are large are asked for by chunk, several at once, and no byte twice', async () => {
    let [now, most] = [0, 0];
    const fetch = server({ 'unet.data': large }, async (asked, bytes) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      return honest(asked, bytes);
    });
    const got = await load(browser(), [largeFile], fetch);
    expect(await hashOf(got)).toBe(largeFile.sha256);
    expect(new Set(fetch.asked.map(({ range }) => range)).size).toBe(9);
    expect(fetch.asked.every(({ range, cache }) => range && cache === 'no-store')).toBe(true);
    expect(most).toBe(4);
  });

  test('that are empty, or listed twice, are no trouble', async () => {
    const empty = await weightFile(bytesOfLength(0), CHUNK, 'empty');
    const got = await load(browser(), [empty, file, file], server({ 'unet.data': data }));
    expect((await contentOf(got, 'empty')).length).toBe(0);
    expect(await contentOf(got)).toEqual(data);
  });

  test('are told of as one number that never falls, with speed and time left', async () => {
    const clock = fakeClock();
    const told: FilesProgress[] = [];
    const fetch = server({ 'unet.data': large }, (asked, bytes, count) => {
      clock.time += 1000;
      if (count === 3) return cutAfter(asked, bytes, MB);
      const wrong = bytes.slice();
      if (count === 5) (wrong[spanAsked(asked, bytes).from] as number) ^= 1;
      return honest(asked, wrong);
    });
    await load(browser({ clock }), [largeFile], fetch, (progress) => told.push(progress));
    const loaded = told.map(({ loadedBytes }) => loadedBytes);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(loaded.at(-1)).toBe(large.length);
    expect(told.at(-1)?.bytesPerSecond).toBeGreaterThan(MB);
    expect(told.some(({ secondsLeft = 0 }) => secondsLeft > 1 && secondsLeft < 30)).toBe(true);
    expect(told.some(({ waiting }) => waiting?.why.includes('broke'))).toBe(true);
  });
});

describe('a connection', () => {
  test('that is cut goes on where it stopped (R1)', async () => {
    const fetch = server({ 'unet.data': data }, (asked, bytes, count) =>
      count <= 3 ? cutAfter(asked, bytes, 130) : undefined,
    );
    expect(await contentOf(await load(browser(), [file], fetch))).toEqual(data);
    const served = fetch.asked.reduce((sum, asked, i) => {
      const { from, to } = spanAsked(asked, data);
      return sum + Math.min(to - from, i < 3 ? 130 : Number.POSITIVE_INFINITY);
    }, 0);
    expect(served).toBeLessThanOrEqual(data.length + 3 * CHUNK);
  });

  test('that is cut within every chunk, however often, still gets there', async () => {
    const fetch = server({ 'unet.data': data }, (asked, bytes) => cutAfter(asked, bytes, 7));
    expect(await contentOf(await load(browser(), [file], fetch))).toEqual(data);
  });

  test('that ends too early with status 200 keeps nothing half (R4)', async () => {
    const mine = browser();
    const short = server({ 'unet.data': data }, ({ range }, bytes) =>
      range ? new Response(bytes.slice(0, 250)) : cutAfter({ url: '', range, cache: undefined }, bytes, 250, 'end'),
    );
    await expect(load(mine, [file], short)).rejects.toMatchObject({ code: 'cut-short' });
    expect(await mine.store.heldBytes(file)).toBe(200);
    expect(await contentOf(await load(mine, [file], server({ 'unet.data': data })))).toEqual(data);
  });

  test('that is silent is asked anew after 30 s (R10)', async () => {
    const clock = fakeClock();
    const wake = clock.sleep;
    // The first silence passes; every other one would be too long to wait for.
    clock.sleep = (ms, signal) => wake(ms === 30_000 && clock.slept.includes(ms) ? NEVER_IDLE_MS : ms, signal);
    const silent = server({ 'unet.data': data }, (_, _bytes, count) =>
      count === 1 ? new Response(new ReadableStream()) : undefined,
    );
    const { idleMs: _, ...supply } = browser({ clock }).supply;
    const got = load({ supply } as never, [file], silent);
    await expect(got).resolves.toBeDefined();
    expect(clock.slept).toContain(30_000);
    expect(silent.asked).toHaveLength(2);
  });

  test('that is slow is left alone', async () => {
    const clock = fakeClock();
    const watched = { ...clock, now: () => clock.time, sleep: stoppedClock().sleep };
    let at = 0;
    const slow = server({ 'unet.data': data }, (_, bytes) => {
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          clock.time += 29_000;
          await new Promise((resolve) => setImmediate(resolve));
          controller.enqueue(bytes.slice(at, at + 150));
          at += 150;
          if (at >= bytes.length) controller.close();
        },
      });
      return new Response(body);
    });
    expect(await contentOf(await load(browser({ clock: watched, idleMs: 30_000 }), [file], slow))).toEqual(data);
    expect(slow.asked).toHaveLength(1);
  });
});

describe('a server', () => {
  test('that knows no ranges gives the file all the same, whole (R5)', async () => {
    const fetch = server({ 'unet.data': large }, (_, bytes) => new Response(bytes.slice()));
    expect(await hashOf(await load(browser(), [largeFile], fetch))).toBe(largeFile.sha256);
    expect(fetch.asked.filter(({ range }) => !range)).toHaveLength(1);
    expect(fetch.asked.length).toBeLessThanOrEqual(5);
  });

  test('that answers 416 is asked for the whole, and not for ever (R6)', async () => {
    const refuse = ({ range }: Asked) => (range ? new Response('', { status: 416 }) : undefined);
    const fetch = server({ 'unet.data': large }, refuse);
    expect(await hashOf(await load(browser(), [largeFile], fetch))).toBe(largeFile.sha256);
    expect(fetch.asked.length).toBeLessThanOrEqual(5);
    const always = server({ 'unet.data': large }, () => new Response('', { status: 416 }));
    await expect(load(browser(), [largeFile], always)).rejects.toMatchObject({ code: 'missing' });
    expect(always.asked.length).toBeLessThanOrEqual(5);
  });

  test.each([
    ['503', new Headers()],
    ['429', new Headers({ 'retry-after': '7' })],
  ])(
    'that answers %s is asked again, later and later, and what is waited for is told (R7)',
    async (status, headers) => {
      const clock = fakeClock();
      const waits: number[] = [];
      const fetch = server({ 'unet.data': data }, (_, _bytes, count) =>
        count <= 3 ? new Response('', { status: Number(status), headers }) : undefined,
      );
      const got = await load(browser({ clock }), [file], fetch, ({ waiting }) => {
        if (waiting) waits.push(waiting.seconds);
      });
      expect(await contentOf(got)).toEqual(data);
      expect(waits).toEqual(status === '429' ? [7, 7, 7] : [1, 2, 4]);
    },
  );

  test('that never has time is given up after five tries, at once where it wants an hour, and a wait can be ended', async () => {
    const busy = server({ 'unet.data': data }, () => new Response('', { status: 503 }));
    await expect(load(browser(), [file], busy)).rejects.toMatchObject({ name: 'WeightsError', code: 'unreachable' });
    expect(busy.asked).toHaveLength(5);

    const headers = { 'retry-after': '3600' };
    const later = server({ 'unet.data': data }, () => new Response('', { status: 429, headers }));
    await expect(load(browser(), [file], later)).rejects.toMatchObject({ code: 'unreachable' });
    expect(later.asked).toHaveLength(1);

    const stop = new AbortController();
    const waiting = load(
      browser({ clock: stoppedClock() }),
      [file],
      busy,
      (progress) => {
        if (progress.waiting) stop.abort();
      },
      stop.signal,
    );
    await expect(waiting).rejects.toMatchObject({ name: 'StoppedError' });
  });

  test.each([403, 404, 410])(
    'that answers %d is left for the next; if none has it, all are named (R8)',
    async (status) => {
      const lacks = server({ 'unet.data': data }, () => new Response('', { status }));
      const has = server({ 'unet.data': data });
      expect(await contentOf(await load(browser(), [file], [lacks, has]))).toEqual(data);
      expect(lacks.asked).toHaveLength(1);
      const none = load(browser(), [file], [lacks, lacks]);
      await expect(none).rejects.toMatchObject({ code: 'missing' });
      await expect(none).rejects.toThrow(/2 mirrors.*https:\/\/1\.test\/unet\.data.*https:\/\/2\.test\/unet\.data/);
    },
  );

  test('that answers with a web page is not believed (R9)', async () => {
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    const portal = server({ 'unet.data': data }, () => new Response('<title>Log in</title>', { headers }));
    await expect(load(browser(), [file], portal)).rejects.toThrow(/is a web page, not a weight file.*log in first/);
    const plain = server({ 'unet.data': data }, () => new Response('<title>Log in</title>'));
    await expect(load(browser(), [file], plain)).rejects.toMatchObject({ code: 'cut-short' });
  });

  test('that answers with another part than was asked for, or an encoded one, is asked for the whole (R12)', async () => {
    for (const headers of [{ 'content-range': 'bytes 7-99/1050' }, { 'content-encoding': 'gzip' }]) {
      const fetch = server({ 'unet.data': large }, ({ range }, bytes) =>
        range ? new Response(bytes.slice(7, 100), { status: 206, headers: headers as never }) : undefined,
      );
      expect(await hashOf(await load(browser(), [largeFile], fetch))).toBe(largeFile.sha256);
    }
  });
});

describe('damage', () => {
  const flipped = (at: number, times: number) => (asked: Asked, bytes: Bytes, count: number) => {
    const wrong = bytes.slice();
    if (count <= times) (wrong[at] as number) ^= 1;
    return honest(asked, wrong);
  };

  test('in one bit is found in its chunk, asked for once more past every cache, and then elsewhere (R3)', async () => {
    const once = server({ 'unet.data': data }, flipped(333, 1));
    expect(await contentOf(await load(browser(), [file], once))).toEqual(data);
    expect(once.asked.map(({ cache }) => cache)).toContain('reload');
    const always = server({ 'unet.data': data }, flipped(333, 99));
    const sound = server({ 'unet.data': data });
    expect(await contentOf(await load(browser(), [file], [always, sound]))).toEqual(data);
    const mine = browser();
    const refused = load(mine, [file], always);
    await expect(refused).rejects.toMatchObject({ code: 'corrupt' });
    await expect(refused).rejects.toThrow(
      new RegExp(`chunk 4 of 11 of unet\\.data .*should have ${file.chunks[3]?.slice(0, 12)}`),
    );
    // What was sound is held, and no more.
    expect(await mine.store.heldBytes(file)).toBeGreaterThanOrEqual(300);
    expect(await mine.store.read(file)).toBeUndefined();
  });

  test('of a file that was changed upstream ends in one clear stop (R11)', async () => {
    const other = bytesOfLength(1050, 8);
    const mine = browser();
    const changing = server({ 'unet.data': data }, (asked, bytes, count) =>
      count === 1 ? cutAfter(asked, bytes, 420) : honest(asked, other),
    );
    await expect(load(mine, [file], changing)).rejects.toMatchObject({ code: 'corrupt' });
    expect(changing.asked.length).toBeLessThan(20);
    expect(await mine.store.read(file)).toBeUndefined();
    expect(await mine.store.heldBytes(file)).toBe(400);
  });

  test('as a byte too many, or a byte too few, never comes out', async () => {
    for (const body of [Uint8Array.from([...data, 0]), data.slice(0, -1), data.slice(1)]) {
      const fetch = server({ 'unet.data': data }, () => new Response(body.slice()));
      await expect(load(browser(), [file], fetch)).rejects.toMatchObject({ name: 'WeightsError' });
    }
  });
});

test('a stop keeps what arrived, and the next try goes on from there', async () => {
  const mine = browser();
  const stop = new AbortController();
  const first = server({ 'unet.data': data }, (asked, bytes, count) => {
    if (count === 2) stop.abort();
    return count === 1 ? cutAfter(asked, bytes, 520) : honest(asked, bytes);
  });
  await expect(load(mine, [file], first, () => {}, stop.signal)).rejects.toMatchObject({ name: 'StoppedError' });
  const rest = server({ 'unet.data': data });
  expect(await contentOf(await load(mine, [file], rest))).toEqual(data);
  expect(Math.min(...rest.asked.map((asked) => spanAsked(asked, data).from))).toBeGreaterThanOrEqual(500);
});

test('a folder is a source like any other, and is no more trusted', async () => {
  const from = (files: Record<string, Bytes>) => {
    const source = folder(new Map(Object.entries(files).map(([path, bytes]) => [path, new Blob([bytes])])));
    return loadFiles(modelOf([file]), ['unet.data'], { ...browser().supply, sources: [source] }, () => {});
  };
  expect(await contentOf(await from({ 'unet.data': data }))).toEqual(data);
  await expect(from({})).rejects.toMatchObject({ code: 'missing' });
  await expect(from({ 'unet.data': data.slice(1) })).rejects.toThrow(/has 1049 bytes and should have 1050/);
  await expect(from({ 'unet.data': bytesOfLength(1050, 8) })).rejects.toMatchObject({ code: 'corrupt' });
});

test('where a browser hashes nothing, nothing is fetched', async () => {
  const fetch = server({ 'unet.data': data });
  vi.stubGlobal('crypto', {});
  await expect(load(browser(), [file], fetch)).rejects.toThrow(/cannot be verified here.*https/);
  vi.unstubAllGlobals();
  expect(fetch.asked).toEqual([]);
});

test('Retry-After is read as seconds and as a date', () => {
  expect(retryAfterMs('120')).toBe(120_000);
  expect(retryAfterMs('Wed, 25 Nov 2026 08:00:10 GMT', Date.parse('Wed, 25 Nov 2026 08:00:00 GMT'))).toBe(10_000);
  for (const value of [null, '', 'soon', 'Wed, 25 Nov 1998 08:00:10 GMT']) expect(retryAfterMs(value)).toBe(0);
});

test('an address that the page may not ask says so, with what to do', async () => {
  const refuses: Fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  const sources = [mirror('https://elsewhere.test/model/', refuses, async () => true)];
  const got = loadFiles(modelOf([file]), ['unet.data'], { ...browser().supply, sources }, () => {});
  await expect(got).rejects.toMatchObject({ code: 'blocked' });
  await expect(got).rejects.toThrow(/https:\/\/elsewhere\.test.*connect-src.*import the model from a folder/);
});
