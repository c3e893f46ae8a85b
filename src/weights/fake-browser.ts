/** For tests: a browser with nothing in it, and files that it may load. */
import {
  bytesOfLength,
  fakeClock,
  fakeDisk,
  fakeLocks,
  fakeRecords,
  modelOf,
  NEVER_IDLE_MS,
  weightFile,
} from './fakes.ts';
import { type LoadedFiles, loadFiles, type Supply } from './files.ts';
import { createJournal } from './journal.ts';
import type { WeightFile } from './manifest.ts';
import { type Fetch, mirror } from './sources.ts';
import { createStore } from './store.ts';
import type { FilesProgress } from './tally.ts';
import { sha256 } from './verified.ts';

export const CHUNK = 100;
export const MB = 2 ** 20;

/** A browser of its own: what is kept in it, and how it gets at files. */
export function browser(change: Partial<Supply> = {}) {
  const disk = fakeDisk();
  const records = fakeRecords();
  const clock = fakeClock();
  const locks = fakeLocks();
  const store = createStore(disk, createJournal(records), clock.now);
  const supply = { sources: [], store, locks, clock, idleMs: NEVER_IDLE_MS, ...change };
  return { disk, records, clock, locks, store, supply };
}

export type Browser = ReturnType<typeof browser>;

export async function load(
  { supply }: Pick<Browser, 'supply'>,
  files: readonly WeightFile[],
  servers: Fetch | readonly Fetch[],
  onProgress: (progress: FilesProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<LoadedFiles> {
  const sources = [servers].flat().map((fetch, i) => mirror(`https://${i + 1}.test/`, fetch as Fetch));
  const paths = files.map(({ path }) => path);
  return loadFiles(modelOf(files), paths, { ...supply, sources }, onProgress, signal);
}

export const contentOf = async ({ files }: LoadedFiles, path = 'unet.data') =>
  new Uint8Array((await files.get(path)?.arrayBuffer()) as ArrayBuffer);

export const hashOf = async (got: LoadedFiles) => sha256(await contentOf(got));

/** Larger than what is asked for whole, in a manifest's usual chunks. */
export const large = bytesOfLength(33 * MB + 5);
export const largeFile = await weightFile(large, 4 * MB);
export const data = bytesOfLength(1050);
export const file = await weightFile(data, CHUNK);
export const never: Fetch = () => Promise.reject(new Error('the network was asked'));
