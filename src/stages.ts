/**
 * The glossary: every form a story takes on its way from a prompt to a page, with its shape and range.
 *
 * Letters: T tokens, D hidden width, V vocabulary, K vokens (8), Q soft tokens per picture, L×C conditioning,
 * h, w pixels, c, f latent channels and factor, N layers, S context. Data is row-major.
 */

/** The numbers of a model. Nothing outside the manifest knows any of them. */
export interface ModelShape {
  readonly V: number;
  readonly D: number;
  readonly N: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Fixed length of the key/value buffers, in tokens. */
  readonly S: number;
  readonly K: number;
  /** Ids of [IMG0]…[IMGK-1]. */
  readonly vokenIds: readonly number[];
  /** Id of <ImageHere>, the place of Q soft tokens. */
  readonly imageTokenId: number;
  readonly Q: number;
  /** Edge of the square picture that the vision graph takes, in pixels. */
  readonly visionSize: number;
  /** Per-channel mean and standard deviation of the vision graph's input, for values in 0…1. */
  readonly visionMean: readonly number[];
  readonly visionStd: readonly number[];
  readonly L: number;
  readonly C: number;
  /** [c, h/f, w/f] */
  readonly latent: readonly [number, number, number];
  /** [h, w] in pixels */
  readonly image: readonly [number, number];
}

/** A picture as the model sees it: soft tokens. data: [Q, D], float32. */
export interface Sight {
  readonly data: Float32Array;
}

/** What is fed to the decoder: ids, with a sight standing at each <ImageHere>, in order. */
export interface Tokens {
  readonly ids: readonly number[];
  readonly sights: readonly Sight[];
}

/** The hidden states from which [IMG0]…[IMG7] were predicted. data: [K, D], float32. */
export interface Vokens {
  readonly data: Float32Array;
  /** D */
  readonly width: number;
}

/** What the picture model listens to. data: [L, C], float32. */
export interface Conditioning {
  readonly data: Float32Array;
}

/** A picture before the decoder: data: [c, h/f, w/f], float32, about unit variance. */
export interface Latents {
  readonly data: Float32Array;
}

/** A finished picture. data: [h, w, 4], RGBA, 0…255. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Which engine computes: the JSPI or the Asyncify build on WebGPU, or wasm on the CPU. */
export type Backend = 'webgpu-jspi' | 'webgpu-asyncify' | 'wasm';

export const SAMPLER_NAMES = ['dpm++2m', 'ddim', 'pndm', 'euler', 'tcd'] as const;
export type SamplerName = (typeof SAMPLER_NAMES)[number];
