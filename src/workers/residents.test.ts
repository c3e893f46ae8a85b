import { expect, test } from 'vitest';
import type { Part } from '../models/residency.ts';
import type { StoryRequest } from '../story/events.ts';
import type { LoadProgress } from './protocol.ts';
import { createResidents } from './residents.ts';

const request: StoryRequest = {
  prompt: 'an owl',
  seed: 1,
  pages: 3,
  settings: { steps: 1, guidance: 1, sampler: 'ddim' },
};
const picture = (name: string) => ({ name, close() {} }) as unknown as ImageBitmap;
const shape = { Q: 4 };

/** Workers that note what they are asked, and how many of them are alive at once. chapters: each page opens and ends one. */
function stage(kept: readonly Part[], faults: Partial<Record<Part, number>> = {}, sees = true, chapters = false) {
  const log: string[] = [];
  const alive = new Set<Part>();
  let most = 0;
  const worker = <T extends object>(part: Part, remote: T) => {
    alive.add(part);
    most = Math.max(most, alive.size);
    log.push(`+${part}`);
    return {
      remote: {
        async load(onProgress: (progress: LoadProgress) => void) {
          onProgress({ phase: 'start', loadedBytes: 1, totalBytes: 1 });
          if ((faults[part] ?? 0) > 0) {
            faults[part] = (faults[part] as number) - 1;
            throw new Error(`no ${part}`);
          }
          return { backend: 'wasm', device: 'CPU', shape } as never;
        },
        close: async () => {},
        stop: () => log.push(`stop ${part}`),
        ...remote,
      },
      end() {
        alive.delete(part);
        log.push(`-${part}`);
      },
    } as never;
  };
  const show = (seen: unknown) => (seen instanceof Float32Array ? `sight ${seen[0]}` : seen ? 'bitmap' : 'nothing');
  const loading: string[] = [];
  const residents = createResidents(
    { kept, peakBytes: 0, reason: '' },
    {
      writer: (blind) =>
        worker('language', {
          async open({
            past = [],
            picture: opening,
            goOn,
          }: {
            past?: { text: string; picture?: object; chapter?: { prompt?: string }; closes?: boolean }[];
            picture?: unknown;
            goOn?: string;
          }) {
            const stands = past.map(({ text, picture: p, chapter, closes }) => {
              return `${chapter ? `${chapter.prompt}: ` : ''}${text}${p ? '*' : ''}${closes ? ' end' : ''}`;
            });
            const asked = goOn ? `, then ${goOn}` : '';
            log.push(`open${blind ? ' blind' : ''} ${show(opening)} [${stands.join('|')}]${asked}`);
          },
          async write(page: number, onEvent: (event: object) => void) {
            if (chapters) onEvent({ kind: 'chapter', pages: 3, prompt: `prompt ${page}` });
            onEvent({ kind: 'text', text: `page ${page}` });
            onEvent({ kind: 'vokens', vokens: new Float32Array(2), offset: 6 });
            await Promise.resolve();
            onEvent({ kind: 'text', text: '.' });
            log.push(`wrote ${page}`);
            return { end: chapters ? 'chapter' : 'page', tokens: 3, seconds: 0 };
          },
          async turn(seen: unknown) {
            log.push(`turn ${show(seen)}`);
            return { softTokens: shape.Q, seconds: 0 };
          },
        }),
      ...(sees && {
        eyes: () =>
          worker('vision', {
            async see() {
              log.push('see');
              return new Float32Array([7]);
            },
          }),
      }),
      painter: () =>
        worker('pictures', {
          async paint() {
            log.push('paint');
            return picture('painted');
          },
        }),
    },
    (part, progress) => loading.push(`${part}${progress ? '' : ' there'}`),
  );
  return { residents, log, loading, most: () => most };
}

async function tellTwoPages({ residents }: ReturnType<typeof stage>, asked = request) {
  const { writer, painter } = residents;
  await residents.begin();
  await writer.open(asked);
  for (const page of [1, 2]) {
    let painting: Promise<unknown> = Promise.resolve();
    await writer.write(page, (event) => {
      if (event.kind !== 'vokens') return;
      painting = painter.paint({ vokens: event.vokens, seed: 1, page, settings: request.settings }, () => {});
    });
    await painting;
    if (page === 1) await writer.turn(picture('painted'));
  }
}

test('where all is kept, workers start once and the writer sees by itself', async () => {
  const it = stage(['language', 'vision', 'pictures']);
  await tellTwoPages(it);
  const order = it.log.filter((each) => each !== 'paint'); // the painter has a thread of its own
  expect(order).toEqual(['+language', '+pictures', 'open nothing []', 'wrote 1', 'turn bitmap', 'wrote 2']);
  expect(it.log.length - order.length).toBe(2);
});

test('a model without eyes comes back to the words alone', async () => {
  const it = stage(['vision'], {}, false);
  await tellTwoPages(it);
  expect(it.log.filter((each) => !/pictures|paint/.test(each))).toEqual([
    ...['+language', 'open blind nothing []', 'wrote 1', '-language'],
    ...['+language', 'open blind nothing [page 1.]', 'wrote 2', '-language'],
  ]);
});

test('where one part fits at a time, never two are alive, and a writer that comes back has read what was told', async () => {
  const it = stage([]);
  await tellTwoPages(it);
  expect(it.most()).toBe(1);
  expect(it.log).toEqual([
    '+language',
    'open blind nothing []',
    'wrote 1',
    '-language',
    '+pictures',
    'paint',
    '-pictures',
    '+vision',
    'see',
    '-vision',
    '+language',
    'open blind nothing [page 1.*]',
    'wrote 2',
    '-language',
    '+pictures',
    'paint',
    '-pictures',
  ]); // prettier-ignore
});

test('a writer that comes back knows the chapters, and is given a new prompt once', async () => {
  const it = stage([], {}, true, true);
  const past = [{ text: 'once', chapter: { pages: 4, prompt: 'prompt 0' } }];
  await tellTwoPages(it, { ...request, past, goOn: 'now a kite' });
  expect(it.log.filter((each) => each.startsWith('open'))).toEqual([
    'open blind nothing [prompt 0: once], then now a kite',
    'open blind nothing [prompt 0: once|prompt 1: page 1.* end]',
  ]);
});

test('where only the writer is kept, eyes and painter take turns and the writer turns the page with what they saw', async () => {
  const it = stage(['language']);
  await tellTwoPages(it);
  expect(it.most()).toBe(2);
  expect(it.log.filter((each) => /open|turn|[+-]language/.test(each))).toEqual([
    '+language',
    'open blind nothing []',
    'turn sight 7',
  ]); // prettier-ignore
});

test("a reader's picture and pages that stand are seen before the writer is opened", async () => {
  const it = stage([]);
  const past = [{ text: 'once', picture: { offset: 4, bitmap: picture('old') } }, { text: 'then' }];
  await it.residents.writer.open({ ...request, picture: picture('own'), past });
  expect(it.most()).toBe(1);
  expect(it.log.filter((each) => !/[+-]/.test(each))).toEqual(['see', 'see', 'open blind sight 7 [once*|then]']);
});

test('the first page waits for no painter, and one that could not be loaded is tried again', async () => {
  const it = stage(['language', 'vision', 'pictures'], { pictures: 1 });
  await it.residents.begin();
  await it.residents.writer.open(request);
  const paint = () =>
    it.residents.painter.paint({ vokens: new Float32Array(2), seed: 1, page: 1, settings: request.settings }, () => {});
  await expect(paint()).resolves.toBeDefined();
  expect(it.log.filter((each) => each === '+pictures')).toHaveLength(2);
  expect(it.loading.at(-1)).toBe('pictures there');
});

test('a stop while the painter is still arriving paints nothing', async () => {
  const it = stage([]);
  const painting = it.residents.painter.paint(
    { vokens: new Float32Array(2), seed: 1, page: 1, settings: request.settings },
    () => {},
  );
  it.residents.painter.stop();
  await expect(painting).resolves.toBeUndefined();
  expect(it.log).not.toContain('paint');
});
