/** What the parts of a model load, each in a worker of its own, as one number of bytes that only rises. */
import { GRAPHS_OF, type Part, type Residency } from '../models/residency.ts';
import type { GraphName, ModelEntry, Variant, WeightFile } from '../weights/manifest.ts';
import type { LoadProgress } from '../workers/protocol.ts';

export interface Progress extends LoadProgress {
  /** Of everything that the variant needs, held already or not. 0…1, never falls. */
  readonly fraction: number;
}

/** Bytes by path. */
type Sizes = (path: string) => number;

/** Paths of what a part loads. */
function pathsOf(model: ModelEntry, variant: Variant, part: Part): string[] {
  // Opened late, and fetched with the rest.
  const late: readonly GraphName[] = part === 'pictures' ? ['vae_decoder_f32'] : [];
  const graphs = [...GRAPHS_OF[part], ...late].flatMap((name) => variant.graphs[name] ?? []);
  const own = { language: [model.text.tokenizer], vision: [], pictures: [model.picture.nullConditioning] }[part];
  return [...new Set([...own, ...graphs.flatMap(({ model: path, data }) => [path, ...data])])];
}

/** All that a variant needs, as it will be loaded by this plan. */
export async function overallOf(
  model: ModelEntry,
  variant: Variant,
  { kept }: Pick<Residency, 'kept'>,
  heldBytes: (file: WeightFile) => Promise<number>,
): Promise<(part: Part, progress: LoadProgress) => Progress> {
  const of = (part: Part) => pathsOf(model, variant, part);
  // Eyes that stay with the writer are loaded with it.
  const together = kept.includes('language') && kept.includes('vision');
  const parts = new Map<Part, readonly string[]>([
    ['language', together ? [...of('language'), ...of('vision')] : of('language')],
    ...(together ? [] : ([['vision', of('vision')]] as const)),
    ['pictures', of('pictures')],
  ]);
  const files = new Map(model.files.map((file) => [file.path, file]));
  const held = new Map<string, number>();
  for (const path of [...parts.values()].flat()) {
    const file = files.get(path);
    if (file) held.set(path, await heldBytes(file));
  }
  return createOverall(
    parts,
    (path) => files.get(path)?.bytes ?? 0,
    (path) => held.get(path) ?? 0,
  );
}

/**
 * @param parts each with the paths that it loads
 * @param held of the bytes of a path those that are here already
 */
export function createOverall(
  parts: ReadonlyMap<Part, readonly string[]>,
  total: Sizes,
  held: Sizes,
): (part: Part, progress: LoadProgress) => Progress {
  const sum = (paths: readonly string[], sizes: Sizes) => paths.reduce((bytes, path) => bytes + sizes(path), 0);
  const totals = new Map([...parts].map(([part, paths]) => [part, sum(paths, total)]));
  const loaded = new Map([...parts].map(([part, paths]) => [part, sum(paths, held)]));
  const all = (of: ReadonlyMap<Part, number>) => [...of.values()].reduce((a, b) => a + b, 0);
  let fraction = 0;
  return (part, progress) => {
    totals.set(part, Math.max(totals.get(part) ?? 0, progress.totalBytes));
    loaded.set(part, Math.max(loaded.get(part) ?? 0, progress.loadedBytes));
    const [loadedBytes, totalBytes] = [all(loaded), all(totals)];
    fraction = Math.max(fraction, totalBytes === 0 ? 0 : loadedBytes / totalBytes);
    const { phase, bytesPerSecond, waiting } = progress;
    const speed = bytesPerSecond ? { bytesPerSecond, secondsLeft: (totalBytes - loadedBytes) / bytesPerSecond } : {};
    return { phase, loadedBytes, totalBytes, fraction, ...speed, ...(waiting ? { waiting } : {}) };
  };
}
