/** Which models there are, and which of them the reader chose, on this visit or an earlier one. */
import { openBrowserStore } from '../library/browser-store.ts';
import { canSee, type ModelEntry, type Variant } from '../weights/manifest.ts';
import { bytesInWords } from './offer.ts';

export interface OwnModels {
  /** Id of the model that was chosen on an earlier visit; empty where none was, or nothing can be read. */
  recall(): Promise<string>;
  /** Remembers it. Empty: none. Never rejects: what cannot be kept is chosen for this visit. */
  keep(id: string): Promise<void>;
}

const KEY = 'choice/model';

export function createOwnModels(open: typeof openBrowserStore = openBrowserStore): OwnModels {
  return {
    async recall() {
      const id = await open().then(({ store }) => store.get(KEY).catch(() => undefined));
      return typeof id === 'string' ? id : '';
    },
    async keep(id) {
      const { store } = await open();
      await (id ? store.set([[KEY, id]]) : store.remove([KEY])).catch(() => {});
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
