/** One weight file from the first mirror that has it whole. */
import { WeightsError } from '../errors.ts';
import type { WeightFile } from './manifest.ts';
import { type Bytes, receive } from './verified.ts';

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** loadedBytes of this file; it falls back to 0 when a download starts over. */
export type OnBytes = (loadedBytes: number) => void;

/** Mirrors in order; a damaged file is asked for once more, past every cache, before the next mirror is tried. */
export async function download(
  file: WeightFile,
  mirrors: readonly string[],
  fetch: Fetch,
  onBytes: OnBytes = () => {},
): Promise<Bytes> {
  let first: WeightsError | undefined;
  for (const mirror of mirrors) {
    const url = new URL(file.path, mirror).href;
    for (const cache of ['default', 'reload'] as const) {
      try {
        return await downloadFrom(url, file, fetch, cache, onBytes);
      } catch (error) {
        if (!(error instanceof WeightsError)) throw error;
        // What a mirror said tells more than that another could not be reached.
        if (!first || first.code === 'unreachable') first = error;
        if (error.code !== 'corrupt') break;
      }
    }
  }
  throw first ?? new WeightsError('unreachable', `${file.path}: no mirror is known. The manifest has to name one.`);
}

async function downloadFrom(
  url: string,
  file: WeightFile,
  fetch: Fetch,
  cache: RequestCache,
  onBytes: OnBytes,
): Promise<Bytes> {
  onBytes(0);
  const response = await ask(url, fetch, cache);
  const receiver = receive(file);
  const reader = response.body?.getReader();
  let loaded = 0;
  while (reader) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new WeightsError(
        'cut-short',
        `${url}: the connection broke after ${loaded} of ${file.bytes} bytes (${cause}). Try again.`,
      );
    });
    if (done) break;
    try {
      await receiver.take(value);
    } catch (error) {
      await reader.cancel().catch(() => {});
      throw error;
    }
    loaded += value.length;
    onBytes(loaded);
  }
  return receiver.whole();
}

async function ask(url: string, fetch: Fetch, cache: RequestCache): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { cache });
  } catch (cause) {
    throw new WeightsError('unreachable', `${url} cannot be reached (${cause}). Check the connection and try again.`);
  }
  if (response.status >= 500 || response.status === 429) {
    throw new WeightsError('unreachable', `${url} answered ${response.status}. Try again later.`);
  }
  if (!response.ok) {
    throw new WeightsError(
      'missing',
      `${url} is not there (${response.status}). Reload the page; if it stays so, whoever serves it has to put it there.`,
    );
  }
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    throw new WeightsError(
      'missing',
      `${url} is a web page, not a weight file. If this network asks for a login, log in first; then try again.`,
    );
  }
  return response;
}
