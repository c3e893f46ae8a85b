/** A told story as plain data: what the shelf keeps, what is exported, what can be opened again. */
import type { Backend, SamplerName } from '../stages.ts';

export interface StoryPicture {
  /** uint32: of the story, or of its own once redrawn. */
  readonly seed: number;
  /** Characters of the page's text before the picture. */
  readonly offset: number;
  readonly alt: string;
  readonly png: Blob;
  /** [K, D]: what the picture was painted from, so that it can be painted again. */
  readonly vokens: Float32Array;
}

export interface StoryPage {
  readonly text: string;
  readonly picture?: StoryPicture;
}

export interface StoryOptions {
  /** The page limit. */
  readonly pages: number;
  readonly steps: number;
  readonly guidance: number;
  readonly sampler: SamplerName;
}

/** Everything about a story but its pages. */
export interface StoryHead {
  readonly format: 1;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly toldAt: number;
  readonly prompt: string;
  /** uint32 */
  readonly seed: number;
  readonly model: { readonly id: string; readonly revision: string; readonly variant: string };
  readonly backend: Backend;
  readonly options: StoryOptions;
  /** The reader's own picture that opened the story. */
  readonly picture?: Blob;
}

export interface Story extends StoryHead {
  readonly pages: readonly StoryPage[];
  /** False while it is being told, and when the reader stopped it. */
  readonly complete: boolean;
}
