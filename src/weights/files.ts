/** Files of a model, verified: from the store, from another tab that is fetching them, or from a source. */
import { ManifestError, StoppedError, WeightsError } from '../errors.ts';
import { download } from './download.ts';
import { expand, readExpanded } from './expand.ts';
import { type Line, places } from './line.ts';
import type { Locks } from './locks.ts';
import type { ModelEntry, Variant, WeightFile } from './manifest.ts';
import { type Clock, createMirrors } from './mirrors.ts';
import type { Pause } from './pause.ts';
import type { Source } from './sources.ts';
import { type Store, sizeOfChunks } from './store.ts';
import { createTally, type FilesProgress, type Tally } from './tally.ts';
import { type Bytes, needHashing } from './verified.ts';

export interface Supply {
  /** In order of preference. */
  readonly sources: readonly Source[];
  readonly store: Store;
  /** Takes what the store has no room for. Without it that is a fault. */
  readonly spare?: Store;
  readonly locks: Locks;
  readonly clock: Clock;
  /** As it was fetched, and not as it is read: what a folder is written from. */
  readonly asStored?: true;
  readonly idleMs?: number;
  /** Requests at once. */
  readonly atOnce?: number;
  readonly pause?: Pause;
}

/** By path. A Blob reads from the disk when it is read, so it takes no memory of the page's. */
export type Files = ReadonlyMap<string, Blob>;

export interface LoadedFiles {
  readonly files: Files;
  /** Until now nobody can write or remove them. */
  release(): void;
}

const IDLE_MS = 30_000;
const AT_ONCE = 4;
/** How often a tab that waits for another's download looks how far it is. */
const FOLLOW_MS = 500;

/** Rejects with WeightsError, and with StoppedError once `signal` aborts; what had arrived by then is kept. */
export async function loadFiles(
  entry: ModelEntry,
  paths: readonly string[],
  supply: Supply,
  onProgress: (progress: FilesProgress) => void,
  outer: AbortSignal = new AbortController().signal,
): Promise<LoadedFiles> {
  needHashing();
  const wanted = [...new Set(paths)].map((path) => fileOf(entry, path));
  const totalBytes = wanted.reduce((sum, file) => sum + file.bytes, 0);
  const tally = createTally(totalBytes, supply.clock.now, onProgress);
  const atOnce = supply.atOnce ?? AT_ONCE;
  const line: Line = {
    mirrors: createMirrors(supply.sources, supply.clock, tally.waits),
    clock: supply.clock,
    idleMs: supply.idleMs ?? IDLE_MS,
    take: places(atOnce),
    pause: supply.pause,
  };
  const failed = new AbortController();
  const signal = AbortSignal.any([outer, failed.signal]);
  const files = new Map<string, Blob>();
  const releases: (() => void)[] = [];
  const release = () => {
    for (const end of releases.splice(0)) end();
  };
  const queue = wanted.values();
  const work = async () => {
    for (const file of queue) {
      const got = await obtain(file, supply, line, tally, signal);
      releases.push(got.release);
      files.set(file.path, got.blob);
      tally.found(file.path, file.bytes);
    }
  };
  const fail = (error: unknown) => failed.abort(error);
  await Promise.all(Array.from({ length: atOnce }, () => work().catch(fail)));
  if (failed.signal.aborted) {
    release();
    throw outer.aborted ? new StoppedError() : failed.signal.reason;
  }
  tally.tell();
  return { files, release };
}

interface Obtained {
  readonly blob: Blob;
  release(): void;
}

async function obtain(
  wanted: WeightFile,
  supply: Supply,
  line: Line,
  tally: Tally,
  signal: AbortSignal,
): Promise<Obtained> {
  const given = supply.asStored ? withoutExpansion(wanted) : wanted;
  try {
    return await obtainFrom(supply.store, supply.locks, given, line, tally, signal);
  } catch (error) {
    const unkept = error instanceof WeightsError && (error.code === 'full' || error.code === 'not-kept');
    if (!unkept || !supply.spare) throw error;
    const blob = await arrive(given, supply.spare, line, tally, signal);
    return { blob, release: () => {} };
  }
}

function withoutExpansion({ expand: _, ...file }: WeightFile): WeightFile {
  return file;
}

async function obtainFrom(
  store: Store,
  locks: Locks,
  file: WeightFile,
  line: Line,
  tally: Tally,
  signal: AbortSignal,
): Promise<Obtained> {
  const name = lockOf(file);
  // Between writing it and reading it another tab may remove it: then once more.
  for (let tries = 0; tries < 3; tries++) {
    const follow = follower(file, store, line.clock, tally);
    try {
      const release = await locks.share(name, signal);
      follow.end();
      const blob = await readable(file, store).catch((error: unknown) => {
        release();
        throw error;
      });
      if (blob) return { blob, release };
      release();
      follow.begin();
      await locks.alone(name, signal, async () => {
        follow.end();
        // Another tab may have fetched it meanwhile.
        if (await readable(file, store)) return;
        await arrive(file, store, line, tally, signal);
      });
    } finally {
      follow.end();
    }
  }
  throw new WeightsError('not-kept', `${file.path} is removed as soon as it is there. Close other tabs and try again.`);
}

/** What the engine reads of a file; undefined until all of that is held. */
async function readable(file: WeightFile, store: Store): Promise<Blob | undefined> {
  const stored = await store.read(file);
  return stored && file.expand ? readExpanded(file, store) : stored;
}

/** Fetches what is missing of a file, and expands it where it has to be. */
async function arrive(file: WeightFile, store: Store, line: Line, tally: Tally, signal: AbortSignal): Promise<Blob> {
  if (!(await store.read(file))) {
    const part = await store.open(file);
    try {
      tally.found(file.path, sizeOfChunks(file, part.held));
      await download(file, part, line, (change) => tally.arrived(file.path, change), signal);
      await part.commit();
    } finally {
      part.close();
    }
  }
  if (file.expand) await expand(file, store, signal);
  const blob = await readable(file, store);
  if (!blob) throw new WeightsError('not-kept', `${file.path} was written and cannot be read. Try again.`);
  return blob;
}

/** Looks how far another tab is with a file. */
function follower(file: WeightFile, store: Store, clock: Clock, tally: Tally) {
  let ended: AbortController | undefined;
  const follow = async (signal: AbortSignal) => {
    for (;;) {
      await clock.sleep(FOLLOW_MS, signal);
      const bytes = await store.heldBytes(file);
      if (signal.aborted) return;
      tally.found(file.path, bytes);
      tally.waits({ until: clock.now(), on: 'tab', why: `Another tab is fetching ${file.path}, or using it.` });
    }
  };
  const begin = () => {
    ended = new AbortController();
    follow(ended.signal).catch(() => {});
  };
  const end = () => {
    if (!ended || ended.signal.aborted) return;
    ended.abort();
    tally.waits(undefined);
  };
  begin();
  return { begin, end };
}

export const lockOf = (file: Pick<WeightFile, 'sha256'>): string => `interleaf-weights/${file.sha256}`;

export function fileOf(entry: ModelEntry, path: string): WeightFile {
  const file = entry.files.find((each) => each.path === path);
  if (!file) throw new ManifestError('malformed', `Model "${entry.id}": files does not list ${path}.`);
  return file;
}

/** Every file that a variant of a model needs. */
export function pathsOf(entry: ModelEntry, variant: Variant): string[] {
  const graphs = Object.values(variant.graphs).flatMap((graph) => (graph ? [graph.model, ...graph.data] : []));
  return [...new Set([entry.text.tokenizer, entry.picture.nullConditioning, ...graphs])];
}

/** The file at this path, which loadFiles was asked for. */
export function blobOf(files: Files, path: string): Blob {
  const blob = files.get(path);
  if (!blob) throw new ManifestError('malformed', `${path} was not loaded.`);
  return blob;
}

/** The same, in memory: for small files, and for engines that read no Blob. */
export async function bytesOf(files: Files, path: string): Promise<Bytes> {
  return new Uint8Array(await blobOf(files, path).arrayBuffer());
}
