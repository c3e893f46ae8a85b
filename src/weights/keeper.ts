/** Weights without a story: fetched ahead, listed, checked, removed, and carried in and out as folders. */
import { StoppedError, WeightsError } from '../errors.ts';
import { browserClock, type OpenedStore } from './browser-store.ts';
import { readExpanded } from './expand.ts';
import { fileOf, loadFiles, lockOf, pathsOf, type Supply } from './files.ts';
import { type GivenFile, readGivenFolder, writeFolder } from './given-folder.ts';
import { createHeldModels, type HeldModel } from './held-models.ts';
import { keyOfModel } from './journal.ts';
import type { ModelEntry, WeightFile } from './manifest.ts';
import { createPause } from './pause.ts';
import { type Fetch, mirror, type Source } from './sources.ts';
import type { Store } from './store.ts';
import type { FilesProgress } from './tally.ts';

export interface KeepRequest {
  readonly model: ModelEntry;
  /** Id of the variant; every variant when not given. */
  readonly variant?: string;
  /** Absolute URLs, in order of preference. */
  readonly mirrors: readonly string[];
  /** After how long without a byte a mirror is asked anew, and how many requests run at once; for unusual networks. */
  readonly idleMs?: number;
  readonly atOnce?: number;
}

export type ModelKey = Pick<ModelEntry, 'id' | 'revision'>;
export type OnProgress = (progress: FilesProgress) => void;

/** Every call that takes long rejects with StoppedError after stop(); what it had done by then stays. */
export interface Keeper {
  /** Resolves when all of it is held. Called again it goes on where it was. */
  fetch(request: KeepRequest, onProgress: OnProgress): Promise<void>;
  stop(): void;
  /** Holds a fetch up, or lets it go on, with all that had arrived. */
  pause(paused: boolean): void;
  /** Newest first; empty where nothing can be kept. */
  list(): Promise<HeldModel[]>;
  /** Rejects with WeightsError 'in-use' while a story is told with it, here or in another tab. */
  remove(model: ModelKey): Promise<void>;
  /** Hashes every byte that is held. False: something was damaged, and is forgotten; fetch it again. */
  check(model: ModelKey, onProgress: OnProgress): Promise<boolean>;
  /** Keeps what a folder holds, by the hashes of the manifest in it. Gives the model. */
  take(given: readonly GivenFile[], onProgress: OnProgress): Promise<ModelEntry>;
  /** Writes a model that is held whole into a folder. */
  give(model: ModelKey, directory: FileSystemDirectoryHandle, onProgress: OnProgress): Promise<void>;
}

async function isSound(file: WeightFile, store: Store): Promise<boolean> {
  if (!(await store.read(file, 'all'))) return false;
  return !file.expand || (await readExpanded(file, store, 'all')) !== undefined;
}

export function createKeeper(
  open: () => Promise<OpenedStore>,
  fetch: Fetch,
  isBlocked?: (url: string) => Promise<boolean>,
): Keeper {
  let stop = new AbortController();
  const pause = createPause();
  const clock = browserClock;

  async function opened() {
    const { store, locks, kept } = await open();
    if (!kept) {
      throw new WeightsError(
        'not-kept',
        'This browser keeps no files for this page: it is a private window, a frame on another site, or not secure. Stories can be told all the same; the model is fetched each time.',
      );
    }
    return { store, locks, held: createHeldModels(kept.disk, kept.journal, locks, Date.now) };
  }

  async function keep(
    model: ModelEntry,
    {
      mirrors,
      paths,
      sources,
      ...limits
    }: { mirrors: readonly string[]; paths: readonly string[]; sources: Source[] } & Partial<Supply>,
    onProgress: OnProgress,
  ): Promise<void> {
    const { store, locks, held } = await opened();
    await held.want(model, mirrors, paths);
    const supply: Supply = { ...limits, sources, store, locks, clock, pause };
    const { release } = await loadFiles(model, paths, supply, onProgress, stop.signal);
    release();
  }

  async function find({ id, revision }: ModelKey): Promise<{ model: ModelEntry; paths: readonly string[] }> {
    const { held } = await opened();
    const key = keyOfModel({ id, revision });
    const found = (await held.list()).find(({ model }) => keyOfModel(model) === key);
    if (!found) throw new WeightsError('missing', `${key} is not held here. Fetch it first.`);
    return { model: found.model, paths: found.wanted };
  }

  return {
    async fetch({ model, variant, mirrors, ...limits }, onProgress) {
      const variants = model.variants.filter(({ id }) => variant === undefined || id === variant);
      const paths = [...new Set(variants.flatMap((each) => pathsOf(model, each)))];
      const sources = mirrors.map((base) => mirror(base, fetch, isBlocked));
      await keep(model, { mirrors, paths, sources, ...limits }, onProgress);
    },
    stop() {
      stop.abort(new StoppedError());
      stop = new AbortController();
      pause.set(false);
    },
    pause: (paused) => pause.set(paused),
    async list() {
      const { kept } = await open();
      if (!kept) return [];
      const all = await (await opened()).held.list();
      return all.sort((a, b) => b.usedAt - a.usedAt);
    },
    async remove(model) {
      await (await opened()).held.remove(model);
    },
    async check(key, onProgress) {
      const { model, paths } = await find(key);
      const { store, locks } = await opened();
      const files = paths.map((path) => fileOf(model, path));
      const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
      const { signal } = stop;
      let [sound, loadedBytes] = [true, 0];
      for (const file of files) {
        if (signal.aborted) throw new StoppedError();
        const release = await locks.share(lockOf(file), signal);
        sound = (await isSound(file, store).finally(release)) && sound;
        loadedBytes += file.bytes;
        onProgress({ phase: 'verify', loadedBytes, totalBytes });
      }
      return sound;
    },
    async take(given, onProgress) {
      const { model, source, paths } = await readGivenFolder(given);
      await keep(model, { mirrors: [], paths, sources: [source] }, onProgress);
      return model;
    },
    async give(key, directory, onProgress) {
      const { model, paths } = await find(key);
      const { store, locks } = await opened();
      // From here alone: a part that is missing is an error, and not a download.
      const supply = { sources: [], store, locks, clock, asStored: true } as const;
      const { files, release } = await loadFiles(model, paths, supply, () => {}, stop.signal);
      const totalBytes = [...files.values()].reduce((sum, { size }) => sum + size, 0);
      const tell = (loadedBytes: number) => onProgress({ phase: 'verify', loadedBytes, totalBytes });
      await writeFolder(model, files, directory, tell).finally(release);
    },
  };
}
