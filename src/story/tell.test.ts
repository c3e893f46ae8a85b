import { beforeAll, expect, test, vi } from 'vitest';
import { DeviceError } from '../errors.ts';
import type { PageOutcome, PainterEvent, StoryEvent, StoryRequest, WriterEvent } from './events.ts';
import { type StoryPainter, type StoryWriter, tell } from './tell.ts';

const settings = { steps: 2, guidance: 3, sampler: 'ddim' } as const;
const request: StoryRequest = { prompt: 'a turtle', seed: 7, pages: 3, settings };
const bitmap = () => ({ width: 1, height: 1, close: vi.fn() }) as unknown as ImageBitmap;
const outcome = (end: PageOutcome['end']): PageOutcome => ({ end, tokens: 2, seconds: 0.1 });

beforeAll(() => {
  vi.stubGlobal('createImageBitmap', async () => bitmap());
});

function fakeWriter(ends: PageOutcome['end'][], draws: (page: number) => boolean = () => true) {
  const turns: (ImageBitmap | undefined)[] = [];
  let stopped = false;
  const writer: StoryWriter = {
    open: vi.fn(async () => {}),
    async write(page, onEvent: (event: WriterEvent) => void) {
      onEvent({ kind: 'text', text: `page ${page}` });
      await Promise.resolve();
      if (stopped) return outcome('stopped');
      if (draws(page)) onEvent({ kind: 'vokens', vokens: new Float32Array(8), offset: 6 });
      return outcome(ends[page - 1] ?? 'page');
    },
    async turn(picture) {
      turns.push(picture);
      return { softTokens: picture ? 8 : 0, seconds: 0 };
    },
    stop: vi.fn(() => {
      stopped = true;
    }),
  };
  return { writer, turns };
}

function fakePainter(paint?: StoryPainter['paint']): StoryPainter {
  return {
    paint:
      paint ??
      (async (_request, onEvent: (event: PainterEvent) => void) => {
        onEvent({ kind: 'preview', step: 1, steps: 2, bitmap: bitmap() });
        return bitmap();
      }),
    stop: vi.fn(),
  };
}

async function collect(events: AsyncGenerator<StoryEvent>): Promise<StoryEvent[]> {
  const all: StoryEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const kinds = (events: StoryEvent[]) => events.map((event) => event.kind).join(' ');

test('text and pictures come interleaved, and every picture but the last is seen again', async () => {
  const { writer, turns } = fakeWriter(['page', 'page', 'story']);
  const events = await collect(tell(request, writer, fakePainter()));
  const page = 'page text vokens preview picture page-end';
  expect(kinds(events)).toBe(`${page} sight ${page} sight ${page} finished`);
  expect(turns.map((picture) => picture !== undefined)).toEqual([true, true]);
  expect(events.at(-1)).toEqual({ kind: 'finished', end: 'story' });
});

test('the model decides: a page without vokens has no picture and nothing is seen', async () => {
  const { writer, turns } = fakeWriter(['page', 'story'], () => false);
  const events = await collect(tell(request, writer, fakePainter()));
  expect(kinds(events)).toBe('page text page-end page text page-end finished');
  expect(turns).toEqual([undefined]);
});

test('the end of a chapter is not the end of the story', async () => {
  const { writer, turns } = fakeWriter(['chapter', 'page', 'story']);
  const events = await collect(tell(request, writer, fakePainter()));
  expect(events.filter((event) => event.kind === 'page')).toHaveLength(3);
  expect(turns).toHaveLength(2);
  expect(events.at(-1)).toEqual({ kind: 'finished', end: 'story' });
});

test('the page limit ends a story that does not end by itself', async () => {
  const { writer } = fakeWriter([]);
  const events = await collect(tell(request, writer, fakePainter()));
  expect(events.at(-1)).toEqual({ kind: 'finished', end: 'limit' });
  expect(events.filter((event) => event.kind === 'page')).toHaveLength(3);
});

test('an abort stops both workers and says so', async () => {
  const { writer } = fakeWriter([]);
  const painter = fakePainter();
  const abort = new AbortController();
  const events: StoryEvent[] = [];
  for await (const event of tell(request, writer, painter, abort.signal)) {
    events.push(event);
    if (event.kind === 'text') abort.abort();
  }
  expect(writer.stop).toHaveBeenCalled();
  expect(painter.stop).toHaveBeenCalled();
  expect(events.at(-1)).toEqual({ kind: 'finished', end: 'stopped' });
});

test('breaking off the loop stops both workers', async () => {
  const { writer } = fakeWriter([]);
  const painter = fakePainter();
  for await (const event of tell(request, writer, painter)) if (event.kind === 'text') break;
  expect(writer.stop).toHaveBeenCalled();
  expect(painter.stop).toHaveBeenCalled();
});

test('a picture that fails leaves the story going, and says which kind of fault it was', async () => {
  const { writer, turns } = fakeWriter(['page', 'story']);
  const painter = fakePainter(async () => {
    throw new DeviceError('lost', 'out of paint');
  });
  const events = await collect(tell(request, writer, painter));
  const error = { name: 'DeviceError', code: 'lost', message: 'out of paint' };
  expect(events.filter((event) => event.kind === 'picture-failed')).toEqual([
    { kind: 'picture-failed', page: 1, error },
    { kind: 'picture-failed', page: 2, error },
  ]);
  expect(turns).toEqual([undefined]);
  expect(events.at(-1)).toEqual({ kind: 'finished', end: 'story' });
});

test('a writer that fails ends the story with its error, after what it wrote', async () => {
  const { writer } = fakeWriter([]);
  writer.write = async (_page, onEvent) => {
    onEvent({ kind: 'text', text: 'Once' });
    throw new Error('lost');
  };
  const seen: StoryEvent[] = [];
  const telling = (async () => {
    for await (const event of tell(request, writer, fakePainter())) seen.push(event);
  })();
  await expect(telling).rejects.toThrow('lost');
  expect(kinds(seen)).toBe('page text');
});

test('a story that goes on starts after the pages that stand', async () => {
  const { writer } = fakeWriter(['page', 'page', 'story']);
  const past = [{ text: 'Once.' }, { text: 'Twice.' }];
  const events = await collect(tell({ ...request, past }, writer, fakePainter()));
  expect(events[0]).toEqual({ kind: 'page', page: 3 });
});
