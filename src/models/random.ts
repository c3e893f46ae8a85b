import { normals, philox, toUniform } from '../gpu/philox.ts';

/** Random numbers of one stream, addressed by index: whoever holds one can tell the same story twice. */
export interface Random {
  /** Strictly between 0 and 1. */
  uniform(index: number): number;
  /** Standard normals, [count], float32. */
  normals(count: number): Float32Array<ArrayBuffer>;
}

/** The numbers of one stream of a seed (uint32). */
export function randomStream(seed: number, stream: number): Random {
  return {
    uniform: (index) => uniform(seed, stream, index),
    normals: (count) => normals(seed, stream, count),
  };
}

/** Word 0 of (seed, stream, index), strictly between 0 and 1. */
export function uniform(seed: number, stream: number, index: number): number {
  const words = new Uint32Array(4);
  philox(words, seed, stream, index);
  return toUniform(words[0] as number);
}

/** The stream that samples the text of a page, 1-based. Its index: tokens sampled so far in the page. */
export function textStream(page: number): number {
  return 2 * page;
}

/** The stream of the initial noise of a page's picture, 1-based. */
export function pictureStream(page: number): number {
  return 2 * page + 1;
}

/** The stream of the noise that step `step` (1-based) of a page's picture adds, where its sampler adds any. */
export function stepStream(page: number, step: number): number {
  return pictureStream(page) + 65536 * step;
}
