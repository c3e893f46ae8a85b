/** The files of one half of a model, verified, from the store or from a mirror. */
import { ManifestError } from '../errors.ts';
import { download, type Fetch } from './download.ts';
import type { ModelEntry, WeightFile } from './manifest.ts';
import type { Store } from './store.ts';
import type { Bytes } from './verified.ts';

export interface FilesProgress {
  readonly phase: 'download' | 'verify';
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

export interface Sources {
  /** Absolute URLs, in order of preference. */
  readonly mirrors: readonly string[];
  readonly fetch: Fetch;
  readonly store: Store;
}

/** By path. Files that are listed twice are loaded once. */
export type Files = ReadonlyMap<string, Bytes>;

export async function loadFiles(
  entry: ModelEntry,
  paths: readonly string[],
  sources: Sources,
  onProgress: (progress: FilesProgress) => void,
): Promise<Files> {
  const wanted = [...new Set(paths)].map((path) => fileOf(entry, path));
  const totalBytes = wanted.reduce((sum, file) => sum + file.bytes, 0);
  const files = new Map<string, Bytes>();
  let doneBytes = 0;
  for (const file of wanted) {
    let bytes = await sources.store.get(file);
    const phase = bytes ? 'verify' : 'download';
    if (!bytes) {
      bytes = await download(file, sources.mirrors, sources.fetch, (loaded) =>
        onProgress({ phase, loadedBytes: doneBytes + loaded, totalBytes }),
      );
      await sources.store.put(file, bytes);
    }
    doneBytes += file.bytes;
    onProgress({ phase, loadedBytes: doneBytes, totalBytes });
    files.set(file.path, bytes);
  }
  return files;
}

function fileOf(entry: ModelEntry, path: string): WeightFile {
  const file = entry.files.find((each) => each.path === path);
  if (!file) throw new ManifestError('malformed', `Model "${entry.id}": files does not list ${path}.`);
  return file;
}

/** The file at this path, which loadFiles was asked for. */
export function bytesOf(files: Files, path: string): Bytes {
  const bytes = files.get(path);
  if (!bytes) throw new ManifestError('malformed', `${path} was not loaded.`);
  return bytes;
}
