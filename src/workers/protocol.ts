/**
 * All that may cross between the page and its two workers. Everything here survives a structured clone; callbacks and
 * transfers are wrapped in spawn.ts and the *.worker.ts files alone.
 */

import type { Backend, ModelShape } from '../stages.ts';
import type { PageOutcome, PainterEvent, PastPage, PictureSettings, WriterEvent } from '../story/events.ts';
import type { Files } from '../weights/files.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import type { FilesProgress } from '../weights/tally.ts';

/** A picture to be seen, or its soft tokens [Q, D] where other eyes saw it. Bitmaps are the receiver's to close. */
export type Seen = ImageBitmap | Float32Array;

export interface LoadRequest {
  readonly model: ModelEntry;
  /** Id of the variant to load. */
  readonly variant: string;
  readonly backend: Backend;
  /** Absolute URLs: of the mirrors in order of preference, and of the folder that holds ONNX Runtime's wasm. */
  readonly mirrors: readonly string[];
  readonly runtime: string;
  /** The writer is to do without eyes of its own: what it is shown was seen elsewhere. */
  readonly blind?: boolean;
  /** Keeps nothing: the files are used from memory, and gone with the page. */
  readonly inMemory?: boolean;
  /** What an earlier worker had fetched and nobody keeps, by path. It is verified like anything that is fetched. */
  readonly given?: Files;
}

/** One number by bytes, and what is being done in plain words. */
export interface LoadProgress extends Omit<FilesProgress, 'phase'> {
  readonly phase: FilesProgress['phase'] | 'start';
}

export interface LoadedEngine {
  readonly backend: Backend;
  /** The adapter's own words, or "CPU". */
  readonly device: string;
  readonly shape: ModelShape;
  /** Present where nothing is kept, because this browser refuses storage or that was asked for: what was fetched. */
  readonly inMemory?: Files;
}

export interface OpenStory {
  readonly prompt: string;
  readonly seed: number;
  readonly pages: number;
  readonly picture?: Seen;
  readonly settings?: Pick<PictureSettings, 'everyPage'>;
  readonly past?: readonly (PastPage | SeenPage)[];
  /** The reader's prompt for a chapter after them. */
  readonly goOn?: string;
}

/** A page that stands already, its picture as it was seen. */
export interface SeenPage extends Pick<PastPage, 'text' | 'chapter' | 'closes'> {
  readonly picture?: { readonly offset: number; readonly sight: Float32Array };
}

/** What every worker can be asked before it is loaded, and while it is. */
export interface Loads {
  load(request: LoadRequest, onProgress: (progress: LoadProgress) => void): Promise<LoadedEngine>;
  /** Holds up what is being fetched, or lets it go on with all that had arrived. Safe at any time. */
  pause(paused: boolean): void;
}

/** The language half: sees, writes, decides when to draw. */
export interface Writer extends Loads {
  /** Starts a new context: the opening template, the reader's picture, and the pages that stand already. */
  open(story: OpenStory): Promise<void>;
  /** Samples one page. Rejects only on faults; a stop is an outcome. page counts from 1. */
  write(page: number, onEvent: (event: WriterEvent) => void): Promise<PageOutcome>;
  /** Closes the page just written: its picture, if it was painted, is seen, and the next page's head is fed. */
  turn(picture: Seen | undefined): Promise<{ readonly softTokens: number; readonly seconds: number }>;
  /** Ends writing at the next token. Safe at any time. */
  stop(): void;
  /** Frees sessions and device. */
  close(): Promise<void>;
}

export interface PaintRequest {
  /** [K, D] */
  readonly vokens: Float32Array;
  /** uint32; with the page it decides the noise. */
  readonly seed: number;
  readonly page: number;
  readonly settings: PictureSettings;
}

/** Eyes apart from the writer, where they do not stay in memory together. */
export interface Eyes extends Loads {
  /** [Q, D] */
  see(picture: ImageBitmap): Promise<Float32Array>;
  close(): Promise<void>;
}

/** The picture half. */
export interface Painter extends Loads {
  /** undefined when stopped. The bitmap is the caller's. */
  paint(request: PaintRequest, onEvent: (event: PainterEvent) => void): Promise<ImageBitmap | undefined>;
  /** Ends painting at the next denoising step. Safe at any time. */
  stop(): void;
  close(): Promise<void>;
}
