/** The library: `<interleaf-story>`, and the same engine without an element. One module script is all a page needs. */
import { InterleafStory, setHome } from './page/interleaf-story.ts';
import { createTeller, type TellerOptions } from './page/teller.ts';
import type { PictureSettings, StoryEvent } from './story/events.ts';

export type { PlainError } from './errors.ts';
export type { Story, StoryPage, StoryPicture } from './library/story.ts';
export type { StoryEvent } from './story/events.ts';
export { InterleafStory };

export interface TellStoryOptions extends Partial<TellerOptions> {
  readonly prompt: string;
  /** uint32; 0 when not given. */
  readonly seed?: number;
  /** The page limit; the model's own when not given. */
  readonly pages?: number;
  readonly picture?: ImageBitmap;
  readonly settings?: Partial<PictureSettings>;
  readonly signal?: AbortSignal;
}

const home = new URL('.', import.meta.url).href;
setHome(home);
if (!customElements.get('interleaf-story')) customElements.define('interleaf-story', InterleafStory);

/** Tells a story as an async iterable of events. Bitmaps are the receiver's. Ends its workers when it ends. */
export async function* tellStory(options: TellStoryOptions): AsyncGenerator<StoryEvent, void> {
  const { prompt, seed = 0, picture, signal = new AbortController().signal } = options;
  const { base = home, model = '', variant = 'auto', backend = 'auto' } = options;
  const teller = await createTeller({ base, model, variant, backend }, () => {}, signal);
  try {
    const { steps, guidance, sampler } = { ...teller.model.picture, ...options.settings };
    const pages = options.pages ?? teller.model.text.defaultPages;
    const settings = { steps, guidance, sampler };
    yield* teller.tell({ prompt, seed, pages, settings, ...(picture ? { picture } : {}) }, signal);
  } finally {
    teller.end();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'interleaf-story': InterleafStory;
  }
}
