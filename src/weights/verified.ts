/** Bytes whose every chunk has the hash that the manifest names. */
import { WeightsError } from '../errors.ts';
import type { WeightFile } from './manifest.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

export async function sha256(bytes: Bytes): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new WeightsError(
      'corrupt',
      'The weights cannot be verified here. Open this page over https or on localhost.',
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Takes a file's bytes as they arrive, and refuses the first chunk that is not what the manifest says. */
export interface Receiver {
  take(part: Uint8Array): Promise<void>;
  /** The whole file, once all of it has been taken. */
  whole(): Promise<Bytes>;
}

export function receive(file: WeightFile): Receiver {
  const bytes = new Uint8Array(file.bytes);
  let taken = 0;
  let verified = 0;

  async function verify(): Promise<void> {
    while (verified < file.chunks.length) {
      const start = verified * file.chunkBytes;
      const end = Math.min(start + file.chunkBytes, file.bytes);
      if (taken < end) return;
      const got = await sha256(bytes.subarray(start, end));
      if (got !== file.chunks[verified]) {
        throw new WeightsError('corrupt', `${file.path}: chunk ${verified} is damaged (sha256 ${got.slice(0, 12)}…).`);
      }
      verified += 1;
    }
  }

  return {
    async take(part) {
      if (taken + part.length > file.bytes) {
        throw new WeightsError('corrupt', `${file.path}: longer than the ${file.bytes} bytes it should have.`);
      }
      bytes.set(part, taken);
      taken += part.length;
      await verify();
    },
    async whole() {
      if (taken < file.bytes) {
        throw new WeightsError('cut-short', `${file.path}: ${taken} of ${file.bytes} bytes arrived. Try again.`);
      }
      const got = await sha256(bytes);
      if (got !== file.sha256) {
        throw new WeightsError('corrupt', `${file.path}: the whole is damaged (sha256 ${got.slice(0, 12)}…).`);
      }
      return bytes;
    },
  };
}
