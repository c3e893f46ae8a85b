/**
 * Random numbers from a counter (philox4x32-10): the plain version of kernels/noise.wgsl, and the same numbers as
 * Python's. A number is a function of (seed, stream, index) alone. See docs/contract.md, Randomness.
 */

const roundCount = 10;

/** One call of philox4x32-10: counter (index, 0, 0, 0), key (seed, stream), four uint32 written to `words`. */
export function philox(words: Uint32Array, seed: number, stream: number, index: number): void {
  let c0 = index >>> 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  let k0 = seed >>> 0;
  let k1 = stream >>> 0;
  for (let round = 0; round < roundCount; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}

/** A uint32 as a float64 strictly between 0 and 1. */
export function toUniform(word: number): number {
  return (word >>> 8) * 2 ** -24 + 2 ** -25;
}

/** Standard normals, [count] float32, computed in float64: element e is output e mod 4 of index ⌊e / 4⌋. */
export function normals(seed: number, stream: number, count: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  const words = new Uint32Array(4);
  for (let e = 0; e < count; e += 4) {
    philox(words, seed, stream, e / 4);
    // A write past the end of a typed array is ignored.
    normalPair(out, e, words[0] as number, words[1] as number);
    normalPair(out, e + 2, words[2] as number, words[3] as number);
  }
  return out;
}

/** Box–Muller. */
function normalPair(out: Float32Array, at: number, radiusWord: number, angleWord: number): void {
  const radius = Math.sqrt(-2 * Math.log(toUniform(radiusWord)));
  const angle = 2 * Math.PI * toUniform(angleWord);
  out[at] = radius * Math.cos(angle);
  out[at + 1] = radius * Math.sin(angle);
}

/** The upper 32 bits of a · b, by halves of 16 bits: float64 would round. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16); // < 2^32
  const cross = aLow * bHigh + (middle & 0xffff); // < 2^32
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(cross / 65536)) >>> 0;
}
