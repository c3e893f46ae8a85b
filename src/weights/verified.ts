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

const TRY = 'Try again; if it happens again, the copy on the server is not the one this version needs.';

function damaged(what: string, expected: string, got: string): WeightsError {
  const short = (hash: string) => `${hash.slice(0, 12)}…`;
  return new WeightsError(
    'corrupt',
    `Damaged on its way: ${what} has sha256 ${short(got)} and should have ${short(expected)}. Nothing of it was used. ${TRY}`,
  );
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
        throw damaged(
          `chunk ${verified + 1} of ${file.chunks.length} of ${file.path}`,
          file.chunks[verified] as string,
          got,
        );
      }
      verified += 1;
    }
  }

  return {
    async take(part) {
      if (taken + part.length > file.bytes) {
        throw new WeightsError(
          'corrupt',
          `${file.path} is longer than the ${file.bytes} bytes it should have. Nothing of it was used. ${TRY}`,
        );
      }
      bytes.set(part, taken);
      taken += part.length;
      await verify();
    },
    async whole() {
      if (taken < file.bytes) {
        throw new WeightsError('cut-short', `${file.path}: only ${taken} of ${file.bytes} bytes arrived. ${TRY}`);
      }
      const got = await sha256(bytes);
      if (got !== file.sha256) {
        throw damaged(file.path, file.sha256, got);
      }
      return bytes;
    },
  };
}
