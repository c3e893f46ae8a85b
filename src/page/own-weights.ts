/** Weights as a page uses them: a worker that fetches, lists, removes and carries them, and the few things it is asked. */
import type { Keeper } from '../weights/keeper.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import { spawnKeeper } from '../workers/spawn.ts';

export interface OwnWeights extends Keeper {
  /** Ends the worker; what it had not finished is rejected, and what had arrived is kept. */
  end(): void;
}

/** @param base absolute URL with a slash at its end: where the workers lie */
export function openWeights(base: string): OwnWeights {
  const url = import.meta.env.DEV
    ? new URL('/src/workers/weights.worker.ts', location.href)
    : new URL('workers/weights.js', base);
  const { remote, end } = spawnKeeper(url.href);
  return { ...remote, end };
}

/** Where a model's files are fetched from: its mirrors, from where its manifest lies. */
export const mirrorsOf = ({ mirrors }: Pick<ModelEntry, 'mirrors'>, base: string): string[] =>
  mirrors.map((mirror) => new URL(mirror, base).href);

/** Holds all of a model, for a visit without network. Rejects where the network or the browser does. */
export async function holdModel(
  model: ModelEntry,
  base: string,
  open: typeof openWeights = openWeights,
): Promise<void> {
  const weights = open(base);
  try {
    const held = await weights.list();
    const here = held.find((each) => each.model.id === model.id && each.model.revision === model.revision);
    if (here?.state === 'whole' && here.totalBytes === model.files.reduce((sum, { bytes }) => sum + bytes, 0)) return;
    await weights.fetch({ model, mirrors: mirrorsOf(model, base) }, () => {});
  } finally {
    weights.end();
  }
}
