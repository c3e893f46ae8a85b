import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createExpander, type Expansion, halfOf, keptBytes, numberOf } from './expand.ts';
import { type Browser, browser, contentOf, load } from './fake-browser.ts';
import { bytesOfLength, cutAfter, modelOf, server, weightFile } from './fakes.ts';
import { lockOf } from './files.ts';
import { createHeldModels } from './held-models.ts';
import { createJournal } from './journal.ts';
import type { WeightFile } from './manifest.ts';
import { createMemoryStore } from './memory-store.ts';
import type { Bytes } from './verified.ts';

interface Golden extends Pick<Expansion, 'rows' | 'to'> {
  readonly stored: string;
  readonly expanded: string;
}

/** Python's, which golden/README.md describes. */
const goldens: Golden[] = JSON.parse(readFileSync(new URL('../../golden/expanded.json', import.meta.url), 'utf8'));
const bytesIn = (hex: string): Bytes => Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));

describe.each(goldens)('rows $rows to $to', (golden) => {
  const stored = bytesIn(golden.stored);
  test.each([1, 7, 32, 33, 1000, stored.length])('in pieces of %i become what Python makes of them', (n) => {
    const expand = createExpander(golden);
    const got: number[] = [];
    for (let at = 0; at < stored.length; at += n) got.push(...expand(stored.subarray(at, at + n)));
    expect(got).toEqual([...bytesIn(golden.expanded)]);
  });
});

test('bytes after the last row are refused', () => {
  expect(() => createExpander({ rows: [[1, 2]] })(new Uint8Array(5))).toThrow('1 bytes more');
});

describe('float16', () => {
  const all = Array.from({ length: 0x10000 }, (_, half) => half);
  test('every number of it is itself', () => {
    const numbers = all.filter((half) => !Number.isNaN(numberOf(half)));
    expect(numbers.length).toBe(2 * 0x7c01);
    expect(numbers.filter((half) => halfOf(numberOf(half)) !== half)).toEqual([]);
    expect(numberOf(halfOf(Number.NaN))).toBeNaN();
  });

  test('what lies between two is the nearer, and halfway the even one, down to the smallest and up to infinity', () => {
    const isRight = (half: number) => {
      const [from, to] = [numberOf(half), half === 0x7bff ? 65536 : numberOf(half + 1)];
      const [middle, step] = [(from + to) / 2, (to - from) / 64];
      const even = half + (half & 1);
      const nearest = [halfOf(middle), halfOf(-middle), halfOf(middle - step), halfOf(middle + step)];
      return `${nearest}` === `${[even, 0x8000 + even, half, half + 1]}`;
    };
    expect(all.slice(0, 0x7c00).filter((half) => !isRight(half))).toEqual([]);
  });
});

describe('a file that arrives in 8 bits', async () => {
  /** 9 MB once it is expanded: three chunks, over the bounds of rows and weights. */
  const rows: [number, number][] = [
    [500, 4096],
    [7, 3],
    [300, 9000],
  ];
  const data = bytesOfLength(rows.reduce((sum, [r, c]) => sum + r * (2 + c), 0));
  const bytes = rows.reduce((sum, [r, c]) => sum + 2 * r * c, 0);
  const file: WeightFile = { ...(await weightFile(data, 2 ** 20)), expand: { bytes, rows } };
  const plain: WeightFile = await weightFile(data, 2 ** 20);
  const whole = createExpander({ rows })(data);
  const name = `${file.sha256}-expanded`;
  const onDisk = (mine: Browser) => mine.disk.files.get(name)?.bytes as Bytes;
  const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
  const gives = async (mine: Browser, fetch = server({ 'unet.data': data })) => {
    const got = await load(mine, [file], fetch);
    const isSame = same(await contentOf(got), whole);
    got.release();
    return { isSame, asked: fetch.asked.length };
  };

  test('is read expanded, and on the next visit neither fetched nor expanded again', async () => {
    const mine = browser();
    expect(await gives(mine)).toMatchObject({ isSame: true });
    const { modified } = mine.disk.files.get(name) as { modified: number };
    mine.clock.time += 1000;
    expect(await gives(mine)).toEqual({ isSame: true, asked: 0 });
    expect(mine.disk.files.get(name)?.modified).toBe(modified);
    expect(mine.disk.files.get(file.sha256)?.bytes.length).toBe(data.length);
    expect(keptBytes(file)).toBe(data.length + bytes);
  });

  test('is given as it came where it is carried on', async () => {
    const mine = browser();
    await gives(mine);
    const supply = { ...mine.supply, asStored: true } as const;
    expect(same(await contentOf(await load({ supply }, [file], [])), data)).toBe(true);
  });

  test('was damaged on its way: nothing of it is expanded', async () => {
    const mine = browser();
    const wrong = data.slice();
    (wrong[3 * 2 ** 20] as number) ^= 1;
    await expect(load(mine, [file], server({ 'unet.data': wrong }))).rejects.toMatchObject({ code: 'corrupt' });
    expect(mine.disk.files.has(name)).toBe(false);
  });

  test.each(['stopped', 'crashed', 'full'] as const)(
    '%s while it is expanded: it goes on, and fetches nothing',
    async (how) => {
      const mine = browser();
      const stop = new AbortController();
      const open = mine.disk.open;
      mine.disk.open = async (name) => {
        const handle = await open(name);
        if (!name.endsWith('-expanded')) return handle;
        return {
          ...handle,
          write(bytes, at) {
            if (at > 0 && how === 'crashed') mine.disk.crash();
            if (at > 0 && how === 'full') mine.disk.full = 'silent';
            const written = handle.write(bytes, at);
            if (how === 'stopped') stop.abort();
            return written;
          },
        };
      };
      const first = load(mine, [file], server({ 'unet.data': data }), () => {}, stop.signal);
      await expect(first).rejects.toMatchObject({ name: how === 'stopped' ? 'StoppedError' : 'WeightsError' });
      mine.disk.open = open;
      mine.disk.full = 'no';
      mine.disk.crash();
      const kept = onDisk(mine).slice(0, 4 * 2 ** 20);
      expect(same(kept, whole.subarray(0, kept.length))).toBe(true);
      expect(await gives({ ...mine, supply: { ...mine.supply } })).toEqual({ isSame: true, asked: 0 });
    },
  );

  test('rots once it is expanded: it is expanded again, without any network', async () => {
    const mine = browser();
    await gives(mine);
    (onDisk(mine)[5_000_000] as number) ^= 1;
    expect(await gives(mine)).toEqual({ isSame: true, asked: 0 });
    mine.disk.files.delete(name);
    expect(await gives(mine)).toEqual({ isSame: true, asked: 0 });
  });

  test('rots as it came, and then has to be expanded again: only what is damaged is fetched', async () => {
    const mine = browser();
    await gives(mine);
    mine.disk.files.delete(name);
    ((mine.disk.files.get(file.sha256) as { bytes: Bytes }).bytes[10] as number) ^= 1;
    expect(await gives(mine)).toEqual({ isSame: true, asked: 1 });
  });

  test('finds no store, or no room: it is expanded in memory, where that was agreed', async () => {
    const none = browser({ store: createMemoryStore() });
    expect(await gives(none)).toMatchObject({ isSame: true });
    const full = browser({ spare: createMemoryStore() });
    full.disk.full = 'silent';
    expect(await gives(full)).toMatchObject({ isSame: true });
  });

  test('is whole only when it is expanded, and goes as a whole', async () => {
    const mine = browser();
    const journal = createJournal(mine.records);
    const held = createHeldModels(mine.disk, journal, mine.locks, mine.clock.now);
    const model = modelOf([file]);
    await held.want(model, [], [file.path]);
    const state = async () => (await held.list())[0]?.state;
    (await load(mine, [plain], server({ 'unet.data': data }))).release();
    expect(await state()).toBe('partly');
    const got = await load(mine, [file], server({}));
    expect(await state()).toBe('whole');
    await expect(held.remove(model)).rejects.toMatchObject({ code: 'in-use' });
    got.release();
    mine.disk.files.delete(name);
    expect(await state()).toBe('evicted');
    await gives(mine);
    await held.remove(model);
    expect([...mine.disk.files.keys()]).toEqual([]);
    expect(await journal.file(name)).toBeUndefined();
    expect(mine.locks.held.get(lockOf(file))).toBe(0);
  });

  test('that was cut on its way goes on within the file, and is then expanded', async () => {
    const mine = browser();
    const cutting = server({ 'unet.data': data }, (asked, bytes, count) =>
      count === 1 ? cutAfter(asked, bytes, 1_500_000) : undefined,
    );
    expect(await gives(mine, cutting)).toMatchObject({ isSame: true });
  });
});
