/** The library: `<interleaf-story>`, and the same engine without an element. One module script is all a page needs. */
import { InterleafStory, setHome } from './page/interleaf-story.ts';
import { loadModel } from './page/listed.ts';
import { type OwnWeights, openWeights as openWeightsOf } from './page/own-weights.ts';
import { type Hears, type TellerOptions, tellerOf } from './page/teller.ts';
import { checkAsked, checkPicture, pagesOf, settingsOf } from './request.ts';
import type { PictureSettings, StoryEvent } from './story/events.ts';

export type { PlainError } from './errors.ts';
export type { Story, StoryPage, StoryPicture } from './library/story.ts';
export type { Agreed, Offer } from './page/offer.ts';
export type { StoryEvent } from './story/events.ts';
export { baseOf } from './weights/base.ts';
export type { HeldModel } from './weights/held-models.ts';
export type { KeepRequest } from './weights/keeper.ts';
export { InterleafStory };

export interface TellStoryOptions extends Partial<TellerOptions> {
  readonly prompt: string;
  /** 0…2³²−1; 0 when not given. */
  readonly seed?: number;
  /** The page limit, at most what the model can; the model's own when not given. */
  readonly pages?: number;
  readonly picture?: ImageBitmap;
  readonly settings?: Partial<PictureSettings>;
  readonly signal?: AbortSignal;
  /** Asked before anything big is fetched. Without it a model that is not there yet and big is refused. */
  readonly consent?: Hears['consent'];
}

// The development server has this file in src/, and everything else at its root.
const home = new URL(import.meta.env.DEV ? '/' : '.', import.meta.url).href;
setHome(home);
if (!customElements.get('interleaf-story')) customElements.define('interleaf-story', InterleafStory);

/**
 * Tells a story as an async iterable of events. Bitmaps are the receiver's. Ends its workers when it ends. Rejects with
 * InputError, before anything large is loaded, where an option is none that can be told.
 */
export async function* tellStory(options: TellStoryOptions): AsyncGenerator<StoryEvent, void> {
  const { prompt, seed = 0, picture, signal = new AbortController().signal } = options;
  checkAsked(prompt, seed);
  const { base = home, model = '', variant = 'auto', backend = 'auto', memory = 0 } = options;
  const hears = options.consent ? { consent: options.consent } : {};
  const source = options.source || base;
  const entry = await loadModel(source, model, base);
  checkPicture(entry, picture);
  const settings = settingsOf(entry, options.settings);
  const pages = pagesOf(entry, options.pages);
  const teller = await tellerOf(entry, { base, source, model, variant, backend, memory }, () => {}, signal, hears);
  try {
    yield* teller.tell({ prompt, seed, pages, settings, ...(picture ? { picture } : {}) }, signal);
  } finally {
    teller.end();
  }
}

/** The weights that this browser holds: fetched ahead, listed, removed, imported and exported. End it when done. */
export const openWeights = (base: string = home): OwnWeights => openWeightsOf(base);

declare global {
  interface HTMLElementTagNameMap {
    'interleaf-story': InterleafStory;
  }
}
