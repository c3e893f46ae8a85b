/** A model of plain bytes, and what a page does with it through the library: fetch, look, remove. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

/** A page, or a frame in one. */
export type Place = Pick<Page, 'evaluate'>;

import { outDir } from './servers.ts';

export const MB = 2 ** 20;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Bytes that no two places have alike. */
export function content(length: number, salt = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = salt;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

export interface PlainModel {
  readonly id: string;
  readonly revision: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** The shipped model's entry, with these files in the place of its own. */
export function plainModel(files: Readonly<Record<string, Buffer>>, revision = '1', chunkBytes = MB): PlainModel {
  const { models } = JSON.parse(readFileSync(join(outDir, 'weights-manifest.json'), 'utf8'));
  const listed = Object.entries(files).map(([path, bytes]) => {
    const starts = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) => i * chunkBytes);
    const chunks = starts.map((at) => sha256(bytes.subarray(at, at + chunkBytes)));
    return { path, bytes: bytes.length, sha256: sha256(bytes), chunkBytes, chunks };
  });
  const paths = Object.keys(files);
  const [model = '', ...data] = paths;
  return {
    ...models[0],
    ...{ id: 'plain', revision, files: listed },
    text: { ...models[0].text, tokenizer: model },
    picture: { ...models[0].picture, nullConditioning: model },
    variants: [{ ...models[0].variants[0], graphs: { embed: { model, data } } }],
  };
}

export interface Fetched {
  /** 'held', or the name and code of what it rejected with. */
  readonly outcome: string;
  readonly message: string;
  /** Bytes, one after another. */
  readonly loaded: readonly number[];
  readonly waits: readonly string[];
}

export interface Library {
  openWeights(): {
    fetch(request: unknown, onProgress: (progress: never) => void): Promise<void>;
    list(): Promise<{ model: PlainModel; heldBytes: number; totalBytes: number; state: string }[]>;
    remove(model: unknown): Promise<void>;
    check(model: unknown, onProgress: () => void): Promise<boolean>;
    take(given: unknown, onProgress: () => void): Promise<PlainModel>;
    give(model: unknown, directory: unknown, onProgress: () => void): Promise<void>;
    stop(): void;
    end(): void;
  };
}

export const library = '/interleaf.js';

/** Fetches all of a model. `stopAtBytes`: stops when so much is loaded. */
export function fetchModel(
  page: Place,
  model: PlainModel,
  mirrors: readonly string[],
  change: { readonly idleMs?: number; readonly atOnce?: number; readonly stopAtBytes?: number } = {},
): Promise<Fetched> {
  const { stopAtBytes = Number.POSITIVE_INFINITY, ...limits } = change;
  return page.evaluate(
    async ({ library, request, stopAtBytes }) => {
      const { openWeights } = (await import(library)) as Library;
      const weights = openWeights();
      const loaded: number[] = [];
      const waits: string[] = [];
      const hear = (progress: { loadedBytes: number; waiting?: { why: string } }) => {
        loaded.push(progress.loadedBytes);
        if (progress.waiting) waits.push(progress.waiting.why);
        if (progress.loadedBytes >= stopAtBytes) weights.stop();
      };
      const told = await weights.fetch(request, hear as never).then(
        () => ({ outcome: 'held', message: '' }),
        (error: Error & { code: string }) => ({ outcome: `${error.name} ${error.code}`, message: error.message }),
      );
      weights.end();
      return { ...told, loaded, waits };
    },
    { library, request: { model, mirrors, ...limits }, stopAtBytes },
  );
}

/** One of the library's calls, in a worker of its own. */
export function weights<T>(page: Place, call: 'list' | 'remove' | 'check', ...given: unknown[]): Promise<T> {
  return page.evaluate(
    async ({ library, call, given }) => {
      const { openWeights } = (await import(library)) as Library;
      const own = openWeights();
      try {
        return (await (own[call] as (...given: unknown[]) => Promise<unknown>)(...given, () => {})) as T;
      } finally {
        own.end();
      }
    },
    { library, call, given },
  ) as Promise<T>;
}

export const stateOf = async (page: Place): Promise<string[]> =>
  (await weights<{ model: PlainModel; state: string }[]>(page, 'list')).map(
    ({ model, state }) => `${model.id}@${model.revision} ${state}`,
  );

/** sha256 of what lies on the disk under a name; empty where nothing does. */
export function onDisk(page: Place, name: string): Promise<string> {
  return page.evaluate(async (name) => {
    try {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('interleaf-weights');
      const bytes = await (await (await folder.getFileHandle(name)).getFile()).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    } catch {
      return '';
    }
  }, name);
}
