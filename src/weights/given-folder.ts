/** A converted model as a folder: read, to be kept here, and written, to be carried to a machine without network. */
import { ManifestError, WeightsError } from '../errors.ts';
import { blobOf, type Files, fileOf, pathsOf } from './files.ts';
import { findModel, type ModelEntry, parseManifest } from './manifest.ts';
import { folder, type Source } from './sources.ts';

/** A file of the folder, as a browser hands it over. The path is relative to wherever the reader chose. */
export interface GivenFile {
  readonly path: string;
  readonly file: Blob;
}

export interface GivenModel {
  readonly model: ModelEntry;
  readonly source: Source;
  /** Of every variant that the folder has whole. */
  readonly paths: readonly string[];
}

const MANIFEST = 'weights-manifest.json';
/** No server: a place from which relative addresses are worked out. */
const NOWHERE = 'https://folder.invalid/';

/** Rejects with ManifestError or WeightsError where no model can be made of it. Nothing is read but the manifest. */
export async function readGivenFolder(given: readonly GivenFile[], id = ''): Promise<GivenModel> {
  const lists = given.filter(({ path }) => path.split('/').at(-1) === MANIFEST);
  const list = lists.reduce<GivenFile | undefined>((a, b) => (a && a.path.length <= b.path.length ? a : b), undefined);
  if (!list) {
    throw new ManifestError('unreachable', `There is no ${MANIFEST} in this folder. Choose the folder that holds it.`);
  }
  const text = await list.file.text();
  const manifest = parseManifest(parseJson(text));
  const model = id ? findModel(manifest, id) : (manifest.models[0] as ModelEntry);
  const files = new Map<string, Blob>();
  const byPath = new Map(given.map(({ path, file }) => [new URL(path, NOWHERE).href, file]));
  const places = ['./', ...model.mirrors].map((mirror) => new URL(mirror, new URL(list.path, NOWHERE)));
  for (const { path } of model.files) {
    const file = places.map((place) => byPath.get(new URL(path, place).href)).find((found) => found !== undefined);
    if (file) files.set(path, file);
  }
  return { model, source: folder(files), paths: wholeVariants(model, (path) => files.has(path)) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ManifestError('malformed', `${MANIFEST} of this folder is not JSON. Convert the model again.`);
  }
}

function wholeVariants(model: ModelEntry, isThere: (path: string) => boolean): string[] {
  const variants = model.variants.map((variant) => pathsOf(model, variant));
  const whole = variants.filter((paths) => paths.every(isThere));
  const missing = variants[0]?.find((path) => !isThere(path));
  if (whole.length === 0) {
    throw new WeightsError('missing', `${missing} is not in this folder. Choose the folder with all of the model.`);
  }
  return [...new Set(whole.flat())];
}

/** Writes the files and, last, a manifest of them alone: the folder can be served, or read again. */
export async function writeFolder(
  model: ModelEntry,
  files: Files,
  directory: FileSystemDirectoryHandle,
  onBytes: (writtenBytes: number) => void = () => {},
): Promise<void> {
  let written = 0;
  for (const path of files.keys()) {
    const blob = blobOf(files, path);
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, out) {
        written += piece.length;
        onBytes(written);
        out.enqueue(piece);
      },
    });
    await writeFile(directory, path, blob.stream().pipeThrough(counting));
  }
  const variants = model.variants.filter((variant) => pathsOf(model, variant).every((path) => files.has(path)));
  const own = { ...model, variants, mirrors: ['./'], files: [...files.keys()].map((path) => fileOf(model, path)) };
  const manifest = JSON.stringify({ schema: 1, models: [own] });
  await writeFile(directory, MANIFEST, new Blob([manifest]).stream());
}

async function writeFile(directory: FileSystemDirectoryHandle, path: string, body: ReadableStream): Promise<void> {
  const names = path.split('/');
  const name = names.pop() as string;
  let place = directory;
  for (const folder of names) place = await place.getDirectoryHandle(folder, { create: true });
  const handle = await place.getFileHandle(name, { create: true });
  await body.pipeTo(await handle.createWritable());
}
