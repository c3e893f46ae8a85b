/** What is known of the files on the disk. A file counts as whole only when its record says so. */
import { createStore, del, get, keys, set, update } from 'idb-keyval';
import type { ModelEntry } from './manifest.ts';

/** Chunks are verified and written to the disk before they stand here. */
export interface FileRecord {
  readonly bytes: number;
  readonly chunkBytes: number;
  /** The hashes that the file was verified against. */
  readonly chunks: readonly string[];
  /** Indices of the chunks that are held. */
  readonly held: readonly number[];
  /** Set last, when every chunk is held. Times in milliseconds since 1970; `modified` is the disk's own. */
  readonly whole?: { readonly modified: number; readonly checkedAt: number };
}

/** One model that was asked for, with all that is needed to tell with it when nothing else can be reached. */
export interface ModelRecord {
  readonly model: ModelEntry;
  /** Absolute URLs. */
  readonly mirrors: readonly string[];
  /** Paths of the files that were asked for. */
  readonly wanted: readonly string[];
  /** Paths that a session was made from. */
  readonly worked: readonly string[];
  readonly usedAt: number;
}

export interface Journal {
  file(sha256: string): Promise<FileRecord | undefined>;
  setFile(sha256: string, record: FileRecord): Promise<void>;
  removeFile(sha256: string): Promise<void>;
  model(key: string): Promise<ModelRecord | undefined>;
  /** In one go: another tab cannot change it between. */
  changeModel(key: string, change: (record: ModelRecord | undefined) => ModelRecord): Promise<void>;
  removeModel(key: string): Promise<void>;
  /** Keys of all models. */
  models(): Promise<string[]>;
}

/** A place for plain values under keys. */
export interface Records {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown): Promise<void>;
  /** In one go. */
  change<T>(key: string, change: (value: T | undefined) => T): Promise<void>;
  remove(key: string): Promise<void>;
  keys(): Promise<string[]>;
}

export const keyOfModel = ({ id, revision }: Pick<ModelEntry, 'id' | 'revision'>): string => `${id}@${revision}`;

export function createJournal(records: Records): Journal {
  return {
    file: (sha256) => records.get(`file/${sha256}`),
    setFile: (sha256, record) => records.set(`file/${sha256}`, record),
    removeFile: (sha256) => records.remove(`file/${sha256}`),
    model: (key) => records.get(`model/${key}`),
    changeModel: (key, change) => records.change(`model/${key}`, change),
    removeModel: (key) => records.remove(`model/${key}`),
    models: async () =>
      (await records.keys()).filter((key) => key.startsWith('model/')).map((key) => key.slice('model/'.length)),
  };
}

/** Rejects where the browser refuses storage. */
export async function openRecords(): Promise<Records> {
  const store = createStore('interleaf-weights', 'journal');
  await keys(store);
  return {
    get: (key) => get(key, store),
    set: (key, value) => set(key, value, store),
    change: (key, change) => update(key, change, store),
    remove: (key) => del(key, store),
    keys: async () => (await keys(store)).map(String),
  };
}
