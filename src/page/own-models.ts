/** Which model the reader chose on an earlier visit, and what a model says of itself. */
import { openBrowserStore } from '../library/browser-store.ts';
import { canSee, type ModelEntry, type Variant } from '../weights/manifest.ts';
import { bytesInWords } from './amounts.ts';

/** Empty: the usual one, from where the page itself comes. */
export interface Choice {
  readonly id: string;
  /** An address, or a Hugging Face repository, as the reader wrote it. */
  readonly source: string;
}

export interface OwnModels {
  /** What was chosen on an earlier visit; empty where nothing was, or nothing can be read. */
  recall(): Promise<Choice>;
  /** Never rejects: what cannot be kept is chosen for this visit. */
  keep(choice: Choice): Promise<void>;
}

const KEYS = { id: 'choice/model', source: 'choice/source' } as const;

export function createOwnModels(open: typeof openBrowserStore = openBrowserStore): OwnModels {
  return {
    async recall() {
      const { store } = await open();
      const read = async (key: string) => {
        const value = await store.get(key).catch(() => undefined);
        return typeof value === 'string' ? value : '';
      };
      return { id: await read(KEYS.id), source: await read(KEYS.source) };
    },
    async keep(choice) {
      const { store } = await open();
      const entries = [[KEYS.id, choice.id] as const, [KEYS.source, choice.source] as const];
      const gone = entries.filter(([, value]) => !value).map(([key]) => key);
      await store.set(entries.filter(([, value]) => value)).catch(() => {});
      await store.remove(gone).catch(() => {});
    },
  };
}

/** All files of a model's variant. */
export function bytesOf({ files, text, picture }: ModelEntry, { graphs }: Variant): number {
  const paths = Object.values(graphs).flatMap((graph) => (graph ? [graph.model, ...graph.data] : []));
  const wanted = new Set([text.tokenizer, picture.nullConditioning, ...paths]);
  return files.filter(({ path }) => wanted.has(path)).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** "Tiny, 20 MB", or "MiniGPT-5, 5.3 GB to 8.1 GB" where variants differ. */
export function nameOf(model: ModelEntry): string {
  const sizes = model.variants.map((variant) => bytesOf(model, variant));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)].map(bytesInWords);
  return `${model.title}, ${least === most ? least : `${least} to ${most}`}`;
}

/** What it needs, is allowed, and cannot do: plain sentences. */
export function sentencesOf(model: ModelEntry): string[] {
  const anywhere = model.variants.some(({ needs }) => needs.features.length === 0);
  const features = [...new Set(model.variants.flatMap(({ needs }) => needs.features))].join(', ');
  const gpuBytes = Math.min(...model.variants.map(({ needs }) => needs.gpuBytes));
  return [
    `Licence: ${model.licence}.`,
    anywhere
      ? `It is told by a graphics card with ${bytesInWords(gpuBytes)} of memory, or by the processor.`
      : `It needs a graphics card with ${features} and ${bytesInWords(gpuBytes)} of memory.`,
    ...(canSee(model) ? [] : ['It sees no pictures: neither yours nor its own.']),
    model.card.limits,
  ].filter((sentence) => sentence !== '');
}
