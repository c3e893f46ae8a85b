/**
 * The pipeline on one page: a prompt becomes pages, and each page is written, painted where the model decided so, and
 * seen again before the next one is written. Writer and painter are arguments, so all of it runs in a test with fakes.
 */
import { plainError } from '../errors.ts';
import type { Painter, Writer } from '../workers/protocol.ts';
import { type Channel, createChannel } from './channel.ts';
import type { PageOutcome, StoryEvent, StoryRequest } from './events.ts';

/** The writer as a story needs it: pictures are pictures here, whoever sees them. */
export type StoryWriter = Pick<Writer, 'write' | 'stop'> & {
  open(story: StoryRequest): Promise<void>;
  turn(picture: ImageBitmap | undefined): ReturnType<Writer['turn']>;
};
export type StoryPainter = Pick<Painter, 'paint' | 'stop'>;

interface ToldPage {
  readonly outcome: PageOutcome;
  /** The painted picture, which is seen again; absent when none was decided on, or it was stopped, or it failed. */
  readonly picture: ImageBitmap | undefined;
}

/**
 * Tells a story. The generator's consumer owns every bitmap it receives. Returning early (`break`) or aborting `signal`
 * stops writer and painter at their next token and step; an abort still yields `finished` with end 'stopped'.
 */
export async function* tell(
  request: StoryRequest,
  writer: StoryWriter,
  painter: StoryPainter,
  signal?: AbortSignal,
): AsyncGenerator<StoryEvent, void> {
  const stop = () => {
    writer.stop();
    painter.stop();
  };
  signal?.addEventListener('abort', stop);
  try {
    const first = (request.past?.length ?? 0) + 1;
    await writer.open(request);
    for (let page = first; page <= request.pages; page++) {
      if (signal?.aborted) {
        yield { kind: 'finished', end: 'stopped' };
        return;
      }
      yield { kind: 'page', page };
      const { outcome, picture } = yield* tellPage(page, request, writer, painter, signal);
      yield { kind: 'page-end', page, outcome };
      const over = signal?.aborted || outcome.end === 'stopped' || outcome.end === 'story' || outcome.end === 'context';
      if (over || page === request.pages) {
        picture?.close();
        yield { kind: 'finished', end: endOf(outcome, signal) };
        return;
      }
      const { softTokens, seconds } = await writer.turn(picture);
      picture?.close();
      if (softTokens > 0) yield { kind: 'sight', page, softTokens, seconds };
    }
    yield { kind: 'finished', end: 'limit' };
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function endOf(outcome: PageOutcome, signal: AbortSignal | undefined): 'story' | 'limit' | 'stopped' {
  if (outcome.end === 'story') return 'story';
  return signal?.aborted || outcome.end === 'stopped' ? 'stopped' : 'limit';
}

/** One page: writing goes on while its picture is painted, and both are told as they happen. */
async function* tellPage(
  page: number,
  request: StoryRequest,
  writer: StoryWriter,
  painter: StoryPainter,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoryEvent, ToldPage> {
  const channel = createChannel<StoryEvent>();
  let painting: Promise<ImageBitmap | undefined> = Promise.resolve(undefined);
  const writing = writer.write(page, (event) => {
    channel.push({ ...event, page });
    if (event.kind === 'vokens' && !signal?.aborted) {
      painting = paintPage(page, event.vokens, request, painter, channel);
    }
  });
  const both = writing.then(async (outcome): Promise<ToldPage> => ({ outcome, picture: await painting }));
  both.then(
    () => channel.end(),
    (error: unknown) => channel.end({ error }),
  );
  let consumed = false;
  try {
    yield* channel.items();
    consumed = true;
    return await both;
  } finally {
    if (!consumed) {
      writer.stop();
      painter.stop();
      await both.catch(() => {});
    }
  }
}

/** A picture that fails does not end the story: why is told with its name and code, and the page stays without it. */
async function paintPage(
  page: number,
  vokens: Float32Array,
  request: StoryRequest,
  painter: StoryPainter,
  channel: Channel<StoryEvent>,
): Promise<ImageBitmap | undefined> {
  const started = performance.now();
  try {
    const paint = { vokens, seed: request.seed, page, settings: request.settings };
    const bitmap = await painter.paint(paint, (event) => channel.push({ ...event, page }));
    if (!bitmap) return undefined;
    const kept = await createImageBitmap(bitmap);
    const seconds = (performance.now() - started) / 1000;
    channel.push({ kind: 'picture', page, bitmap, seed: request.seed, seconds });
    return kept;
  } catch (error) {
    channel.push({ kind: 'picture-failed', page, error: plainError(error) });
    return undefined;
  }
}
