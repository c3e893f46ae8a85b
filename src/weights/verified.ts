/** Whether bytes are what the manifest names, chunk by chunk. */
import { WeightsError } from '../errors.ts';
import type { WeightFile } from './manifest.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** Throws WeightsError where a browser hashes nothing: better before anything is fetched than after. */
export function needHashing(): void {
  if (globalThis.crypto?.subtle) return;
  throw new WeightsError('corrupt', 'The weights cannot be verified here. Open this page over https or on localhost.');
}

export async function sha256(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Where a chunk lies in its file: bytes from `from` up to, not with, `to`. */
export function spanOf(file: WeightFile, index: number): { readonly from: number; readonly to: number } {
  const from = index * file.chunkBytes;
  return { from, to: Math.min(from + file.chunkBytes, file.bytes) };
}

/** The hash of a chunk when it is another than the manifest's; undefined when the chunk is sound. */
export async function damageOf(file: WeightFile, index: number, bytes: Bytes): Promise<string | undefined> {
  const got = await sha256(bytes);
  return got === file.chunks[index] ? undefined : got;
}

/** The chunks of `indices` that are sound in what `read` gives. One chunk is in memory at a time. */
export async function soundChunks(
  file: WeightFile,
  indices: Iterable<number>,
  read: (from: number, to: number) => Bytes | Promise<Bytes>,
): Promise<Set<number>> {
  const sound = new Set<number>();
  for (const index of indices) {
    const { from, to } = spanOf(file, index);
    const bytes = await read(from, to);
    if (bytes.length === to - from && !(await damageOf(file, index, bytes))) sound.add(index);
  }
  return sound;
}
