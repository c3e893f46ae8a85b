/** Whatever happens on the way, in whatever order: what comes out is what the manifest names, or it can be gone on with. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Asked,
  bytesOfLength,
  cutAfter,
  fakeClock,
  fakeDisk,
  fakeLocks,
  fakeRecords,
  honest,
  modelOf,
  NEVER_IDLE_MS,
  server,
  spanAsked,
  weightFile,
} from './fakes.ts';
import { loadFiles } from './files.ts';
import { createJournal } from './journal.ts';
import { mirror } from './sources.ts';
import { createStore } from './store.ts';
import type { Bytes } from './verified.ts';

/** What a server may do to a request. */
const answers = {
  honest: (asked: Asked, bytes: Bytes) => honest(asked, bytes),
  cut: (asked: Asked, bytes: Bytes, n: number) => cutAfter(asked, bytes, n),
  'ends early': (asked: Asked, bytes: Bytes, n: number) => cutAfter(asked, bytes, n, 'end'),
  'flips a bit': (asked: Asked, bytes: Bytes, n: number) => {
    const wrong = bytes.slice();
    (wrong[n % bytes.length] as number) ^= 1 << (n % 8);
    return honest(asked, wrong);
  },
  'knows no ranges': (_: Asked, bytes: Bytes) => new Response(bytes.slice()),
  'gives another part': (asked: Asked, bytes: Bytes, n: number) => {
    const { from, to } = spanAsked(asked, bytes);
    return new Response(bytes.slice(n % bytes.length).slice(0, to - from), { status: asked.range ? 206 : 200 });
  },
  'gives too much': (asked: Asked, bytes: Bytes) =>
    new Response(Uint8Array.from([...bytes, 1, 2, 3]), { status: asked.range ? 206 : 200 }),
  'a web page': () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  'another file': (asked: Asked, bytes: Bytes) => honest(asked, bytesOfLength(bytes.length, 99)),
  zeros: (asked: Asked, bytes: Bytes) => honest(asked, new Uint8Array(bytes.length)),
  416: () => new Response('', { status: 416 }),
  404: () => new Response('', { status: 404 }),
  503: () => new Response('', { status: 503 }),
  unreachable: () => Promise.reject(new TypeError('Failed to fetch')),
} as const;

/** What may happen to the browser while a request is answered. */
const accidents = ['crash', 'stop', 'rots while away', 'silently full', 'full', 'rot', 'evicted'] as const;

const step = fc.record({
  answer: fc.constantFrom(...(Object.keys(answers) as (keyof typeof answers)[])),
  accident: fc.oneof(fc.constant('none' as const), fc.constantFrom(...accidents)),
  n: fc.nat(2000),
});

test('any sequence of faults ends verified or resumable, and never committed wrong', async () => {
  const outcomes = { whole: 0, fault: 0, accident: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 20, max: 200 }),
      fc.array(step, { minLength: 1, maxLength: 14 }),
      fc.constantFrom(0, 2 ** 20),
      async (size, chunkBytes, steps, smallBytes) => {
        const data = bytesOfLength(size);
        const file = await weightFile(data, chunkBytes, 'unet.data');
        const disk = fakeDisk();
        const journal = createJournal(fakeRecords());
        const script = steps.values();

        let rots = -1;

        /** One visit: a new worker over what the last one left. */
        const visit = async (): Promise<Bytes> => {
          const clock = fakeClock();
          const store = createStore(disk, journal, clock.now, smallBytes);
          const stop = new AbortController();
          disk.full = 'no';
          const fetch = server({ 'unet.data': data }, (asked, bytes) => {
            const { value } = script.next();
            if (!value) return undefined;
            if (value.accident === 'silently full') disk.full = 'silent';
            if (value.accident === 'full') disk.full = 'throws';
            if (value.accident === 'stop' || value.accident === 'rots while away') stop.abort();
            if (value.accident === 'crash') {
              disk.crash();
              stop.abort();
            }
            if (value.accident.startsWith('rot')) rots = value.n;
            return answers[value.answer](asked, bytes, value.n);
          });
          const sources = ['https://1.test/', 'https://2.test/'].map((base) => mirror(base, fetch));
          // A tab that crashed gave its locks back.
          const supply = { sources, store, locks: fakeLocks(), clock, idleMs: NEVER_IDLE_MS };
          const { files } = await loadFiles(modelOf([file]), ['unet.data'], supply, () => {}, stop.signal);
          return new Uint8Array((await files.get('unet.data')?.arrayBuffer()) as ArrayBuffer);
        };

        for (let visits = 0; visits <= steps.length + 1; visits++) {
          const got = await visit().catch((error: Error) => error);
          disk.crash();
          // Of a large file that is whole it would be noticed only in a week.
          const kept = disk.files.get(file.sha256)?.bytes;
          const noticed = smallBytes > 0 || !(await journal.file(file.sha256))?.whole;
          if (rots >= 0 && kept?.length && noticed) (kept[rots % kept.length] as number) ^= 16;
          rots = -1;
          if (got instanceof Uint8Array) {
            expect(got).toEqual(data);
            outcomes.whole += 1;
            if (steps[visits]?.accident === 'evicted') disk.files.delete(file.sha256);
          } else if (got.name === 'WeightsError') outcomes.fault += 1;
          else {
            expect(got.name).toBe('StoppedError');
            outcomes.accident += 1;
          }
        }
        // With an honest server it always gets there, and asks for no byte twice.
        disk.full = 'no';
        const store = createStore(disk, journal, () => 1_000_000, smallBytes);
        let served = 0;
        const fetch = server({ 'unet.data': data }, (asked, bytes) => {
          served += spanAsked(asked, bytes).to - spanAsked(asked, bytes).from;
          return undefined;
        });
        const supply = { sources: [mirror('https://1.test/', fetch)], store, locks: fakeLocks(), clock: fakeClock() };
        const { files } = await loadFiles(
          modelOf([file]),
          ['unet.data'],
          { ...supply, idleMs: NEVER_IDLE_MS },
          () => {},
        );
        expect(new Uint8Array((await files.get('unet.data')?.arrayBuffer()) as ArrayBuffer)).toEqual(data);
        expect(served).toBeLessThanOrEqual(data.length);
      },
    ),
    { numRuns: 120 },
  );
  // The three ways a visit can end have all been seen.
  for (const [way, count] of Object.entries(outcomes)) expect(count, way).toBeGreaterThan(3);
}, 120_000);
