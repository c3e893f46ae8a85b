/**
 * What is missing of one file, from whichever source gives it. Files are asked for by chunk, several at once; what was
 * cut off goes on where it stopped; every chunk is hashed before it is kept.
 */
import { StoppedError } from '../errors.ts';
import type { Line } from './line.ts';
import type { WeightFile } from './manifest.ts';
import type { Mirror } from './mirrors.ts';
import { Fault } from './sources.ts';
import type { Part } from './store.ts';
import { type Bytes, damageOf, spanOf } from './verified.ts';
import { watchdog } from './watchdog.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Chunk {
  readonly bytes: Bytes;
  filled: number;
}

/** Up to this size a file of which nothing is held is asked for whole, as any other file of a page. */
const WHOLE_BYTES = 32 * 2 ** 20;

/**
 * Resolves when every chunk is held. Rejects with WeightsError when no source is left, and with StoppedError.
 * @param onBytes hears of bytes as they arrive, and of less than none when they were damaged
 */
export async function download(
  file: WeightFile,
  part: Part,
  line: Line,
  onBytes: (change: number) => void,
  outer: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([outer, failed.signal]);
  /** What is half arrived. */
  const chunks = new Map<number, Chunk>();
  const missing = () => file.chunks.map((_, index) => index).filter((index) => !part.held.has(index));

  /** Takes what arrived into the chunks it belongs to, as far as it is not there yet. Gives how much was new. */
  async function take(at: number, piece: Uint8Array): Promise<number> {
    let fresh = 0;
    for (let [pos, rest] = [at, piece]; rest.length > 0; ) {
      const index = Math.floor(pos / file.chunkBytes);
      const { from, to } = spanOf(file, index);
      const length = Math.min(rest.length, to - pos);
      if (!part.held.has(index)) {
        const chunk = chunks.get(index) ?? { bytes: new Uint8Array(to - from), filled: 0 };
        chunks.set(index, chunk);
        const known = chunk.filled - (pos - from);
        if (length > known) {
          chunk.bytes.set(rest.subarray(known, length), chunk.filled);
          chunk.filled += length - known;
          fresh += length - known;
          onBytes(length - known);
        }
        if (chunk.filled === to - from) await finish(index, chunk);
      }
      [pos, rest] = [pos + length, rest.subarray(length)];
    }
    return fresh;
  }

  async function finish(index: number, { bytes }: Chunk): Promise<void> {
    chunks.delete(index);
    const got = await damageOf(file, index, bytes);
    if (!got) return part.write(index, bytes);
    onBytes(-bytes.length);
    throw new Fault('corrupt', damaged(file, index, got), { index });
  }

  async function pour(mirror: Mirror, { from, to }: Span, held: AbortSignal): Promise<void> {
    const watch = watchdog(
      line.clock,
      line.idleMs,
      AbortSignal.any([signal, held]),
      () => new Fault('network', silent(file, mirror, line.idleMs)),
    );
    let at = from;
    let fresh = 0;
    try {
      const wanted = { from, to, fresh: mirror.isSuspect(file), signal: watch.signal };
      const reader = (await watch.orSilence(mirror.source.ask(file, wanted))).getReader();
      for (;;) {
        const { done, value } = await watch.orSilence(reader.read()).catch((cause: unknown) => {
          throw cause instanceof Fault ? cause : new Fault('cut', cut(file, mirror, at, cause));
        });
        if (done) break;
        watch.heard();
        if (at + value.length > to) throw new Fault('long', tooLong(file, mirror, to));
        const more = await take(at, value);
        if (more > 0) mirror.praise();
        fresh += more;
        at += value.length;
      }
      // A connection that is closed in good order looks the same as an end; one that brought something may be asked again.
      if (at < to) {
        const index = Math.floor(at / file.chunkBytes);
        throw new Fault(fresh > 0 ? 'cut' : 'short', tooShort(file, mirror, at), { index });
      }
    } finally {
      watch.end();
    }
  }

  /** One request, where `choose` wants one of this mirror. What the source does wrong is its mirror's blame. */
  async function attempt(choose: (mirror: Mirror) => Span | undefined): Promise<boolean> {
    const free = await line.take();
    try {
      await line.pause?.over(signal).catch(() => {});
      if (signal.aborted) throw new StoppedError();
      const mirror = await line.mirrors.next(file, signal);
      const held = line.pause?.signal ?? signal;
      const span = choose(mirror);
      if (!span) return false;
      const since = line.clock.now();
      await pour(mirror, span, held).catch((error: unknown) => {
        if (signal.aborted) throw new StoppedError();
        // Held up by the reader: nobody's blame, and what arrived of the chunk is gone on from.
        if (held.aborted) return;
        if (!(error instanceof Fault)) throw error;
        mirror.blame(file, error, since);
      });
      return true;
    } finally {
      free();
    }
  }

  const whole = (mirror: Mirror) => {
    const untouched = part.held.size === 0 && chunks.size === 0 && file.bytes <= WHOLE_BYTES;
    return untouched || !mirror.givesParts(file) ? { from: 0, to: file.bytes } : undefined;
  };
  /** Until it is held, or only whole files are to be had. */
  async function fetchChunk(index: number): Promise<void> {
    const { from, to } = spanOf(file, index);
    const rest = (mirror: Mirror) =>
      mirror.givesParts(file) && !part.held.has(index)
        ? { from: from + (chunks.get(index)?.filled ?? 0), to }
        : undefined;
    while (await attempt(rest));
  }

  while (missing().length > 0) {
    if (outer.aborted) throw new StoppedError();
    if (await attempt(whole)) continue;
    const all = missing().map((index) =>
      fetchChunk(index).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    );
    await Promise.allSettled(all);
    if (failed.signal.aborted) throw outer.aborted ? new StoppedError() : failed.signal.reason;
  }
}

const TRY = 'Try again; if it happens again, the copy on the server is not the one this version needs.';

function damaged(file: WeightFile, index: number, got: string): string {
  const short = (hash: string) => `${hash.slice(0, 12)}…`;
  const what = `chunk ${index + 1} of ${file.chunks.length} of ${file.path}`;
  return `Damaged on its way: ${what} has sha256 ${short(got)} and should have ${short(file.chunks[index] ?? '')}. Nothing of it was used. ${TRY}`;
}

function tooLong(file: WeightFile, { source }: Mirror, to: number): string {
  return `${file.path} from ${source.name} goes on after byte ${to}, where it should end. Nothing of that was used. ${TRY}`;
}

function tooShort(file: WeightFile, { source }: Mirror, at: number): string {
  return `${file.path} from ${source.name}: only ${at} of ${file.bytes} bytes arrived. ${TRY}`;
}

function cut(file: WeightFile, { source }: Mirror, at: number, cause: unknown): string {
  return `${file.path} from ${source.name}: the connection broke after ${at} of ${file.bytes} bytes (${cause}). Try again; what arrived is kept.`;
}

function silent(file: WeightFile, { source }: Mirror, idleMs: number): string {
  return `${source.name} sent nothing of ${file.path} for ${Math.round(idleMs / 1000)} s. Check the connection and try again.`;
}
