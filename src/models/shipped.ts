/** The model this repository ships, read from disk: for tests. */
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Files } from '../weights/files.ts';
import { type ModelEntry, parseManifest, type Variant } from '../weights/manifest.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const runtime = `${pathToFileURL(`${root}node_modules/onnxruntime-web/dist/`)}`;

export function shipped(): { model: ModelEntry; variant: Variant; files: Files } {
  const { models } = parseManifest(JSON.parse(readFileSync(`${root}public/weights-manifest.json`, 'utf8')));
  const model = models[0] as ModelEntry;
  const files = new Map(
    model.files.map(({ path }) => [path, new Blob([readFileSync(`${root}public/${model.mirrors[0]}${path}`)])]),
  );
  return { model, variant: model.variants[0] as Variant, files };
}

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(`${root}golden/${name}.json`, 'utf8')) as T;
}
