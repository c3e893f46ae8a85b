/** Where the bytes of a weight file come from: a mirror on the network, or a folder the reader gave. Nothing here is trusted. */
import type { WeightsError } from '../errors.ts';
import type { WeightFile } from './manifest.ts';

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What a source did wrong, by what to do about it. */
export type FaultKind =
  /** Nothing came, or it stopped coming: wait and ask again. */
  | 'network'
  | 'cut'
  | 'busy'
  /** It has not got the file: ask another. */
  | 'missing'
  | 'page'
  | 'blocked'
  /** It does not give parts of files: ask for the whole. */
  | 'no-ranges'
  /** What came is not the file: ask once more, then another. */
  | 'short'
  | 'long'
  | 'corrupt';

export class Fault extends Error {
  override readonly name = 'Fault';
  constructor(
    readonly kind: FaultKind,
    message: string,
    /** restMs: how long the source asks to be left alone. index: the chunk it happened in, where that is known. */
    readonly about: { readonly restMs?: number; readonly index?: number } = {},
  ) {
    super(message);
  }

  get code(): WeightsError['code'] {
    switch (this.kind) {
      case 'network':
      case 'busy':
        return 'unreachable';
      case 'missing':
      case 'page':
        return 'missing';
      case 'cut':
      case 'short':
        return 'cut-short';
      case 'blocked':
        return 'blocked';
      case 'no-ranges':
      case 'long':
      case 'corrupt':
        return 'corrupt';
      default:
        this.kind satisfies never;
        return 'corrupt';
    }
  }
}

export interface Wanted {
  /** Bytes from `from` up to, not with, `to`. */
  readonly from: number;
  readonly to: number;
  /** Past every cache, because what a cache gave was damaged. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
}

export interface Source {
  /** For messages. */
  readonly name: string;
  /** What was wanted, as it arrives: at least its beginning. Rejects with a Fault. */
  ask(file: WeightFile, wanted: Wanted): Promise<ReadableStream<Uint8Array>>;
}

/** @param base absolute URL with a slash at its end */
export function mirror(
  base: string,
  fetch: Fetch,
  isBlocked: (url: string) => Promise<boolean> = async () => false,
): Source {
  return {
    name: base,
    async ask(file, { from, to, fresh, signal }) {
      const url = new URL(file.path, base).href;
      const part = from > 0 || to < file.bytes;
      const response = await fetch(url, {
        signal,
        // A browser's cache would keep parts of large files a second time.
        cache: fresh ? 'reload' : part ? 'no-store' : 'default',
        ...(part ? { headers: { Range: `bytes=${from}-${to - 1}` } } : {}),
      }).catch(async (cause: unknown) => {
        if (!signal.aborted && (await isBlocked(url))) throw new Fault('blocked', blocked(url));
        throw new Fault('network', `${url} cannot be reached (${cause}). Check the connection and try again.`);
      });
      try {
        check(response, url, file, part ? { from, to } : undefined);
      } catch (fault) {
        void response.body?.cancel().catch(() => {});
        throw fault;
      }
      return response.body ?? new Blob([]).stream();
    },
  };
}

function blocked(url: string): string {
  const { origin } = new URL(url);
  return `This page may not ask ${origin} for anything: its Content-Security-Policy does not name it. Whoever serves the page can add ${origin} to connect-src, or you can import the model from a folder.`;
}

function check(
  response: Response,
  url: string,
  file: WeightFile,
  part: { from: number; to: number } | undefined,
): void {
  const { status, headers } = response;
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    throw new Fault('busy', `${url} answered ${status}. Try again later.`, {
      restMs: retryAfterMs(headers.get('retry-after')),
    });
  }
  if (status === 416 && part) throw new Fault('no-ranges', `${url} has no bytes at ${part.from}: it is another file.`);
  if (!response.ok) {
    throw new Fault(
      'missing',
      `${url} is not there (${status}). Reload the page; if it stays so, whoever serves it has to put it there.`,
    );
  }
  if (headers.get('content-type')?.startsWith('text/html')) {
    throw new Fault(
      'page',
      `${url} is a web page, not a weight file. If this network asks for a login, log in first; then try again.`,
    );
  }
  if (!part) return;
  if (status !== 206) throw new Fault('no-ranges', `${url} gives no parts of files.`);
  const encoding = headers.get('content-encoding');
  if (encoding) throw new Fault('no-ranges', `${url} gives parts of files encoded as ${encoding}.`);
  // Another origin may hide the header; then the hash alone decides.
  const range = headers.get('content-range');
  const expected = `bytes ${part.from}-${part.to - 1}/`;
  if (range && range !== `${expected}${file.bytes}` && range !== `${expected}*`) {
    throw new Fault('no-ranges', `${url} answered with ${range} instead of ${expected}${file.bytes}.`);
  }
}

/** Seconds or a date, as HTTP has it. */
export function retryAfterMs(value: string | null, now: number = Date.now()): number {
  if (!value) return 0;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** @param files by path, as the manifest has it */
export function folder(files: ReadonlyMap<string, Blob>): Source {
  return {
    name: 'the folder',
    async ask(file, { from, to }) {
      const blob = files.get(file.path);
      if (!blob)
        throw new Fault('missing', `${file.path} is not in the folder. Choose the folder with all of the model.`);
      if (blob.size !== file.bytes) {
        throw new Fault('long', `${file.path} in the folder has ${blob.size} bytes and should have ${file.bytes}.`);
      }
      return blob.slice(from, to).stream();
    },
  };
}
