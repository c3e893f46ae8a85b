/**
 * Every kernel as a plain loop: what the tests compare the kernels with, and what the wasm backend runs.
 * The noise kernel's plain version is in philox.ts.
 */

/** One call of a sampler, as coefficients of what is known after the UNet has run. */
export interface StepCoefficients {
  /** next sample = next.sample·x + next.guided·g + Σ next.history[k]·slot k, with slots as they were before. */
  readonly next: { readonly sample: number; readonly guided: number; readonly history: readonly number[] };
  /** slot keep.slot = keep.sample·x + keep.guided·g, or null: nothing is kept. */
  readonly keep: { readonly slot: number; readonly sample: number; readonly guided: number } | null;
  /** The clean picture that the model sees in x: clean.sample·x + clean.guided·g. */
  readonly clean: { readonly sample: number; readonly guided: number };
}

/** Where the two predictions begin in the UNet's output, in elements. Without guidance both are the same place. */
export interface Guidance {
  readonly scale: number;
  readonly conditionedAt: number;
  readonly nullAt: number;
}

export interface StepArrays {
  /** The UNet's output, [b, n]. */
  readonly prediction: Float32Array;
  /** The UNet's input, [b, n], all b equal: x on the way in, the next x on the way out. */
  readonly sample: Float32Array;
  /** [slots, n] */
  readonly history: Float32Array;
  /** [n] */
  readonly clean: Float32Array;
}

/** g = null + scale·(conditioned − null), then the three lines of StepCoefficients, for n = clean.length elements. */
export function step(arrays: StepArrays, coefficients: StepCoefficients, guidance: Guidance): void {
  const { prediction, sample, history, clean } = arrays;
  const { next, keep } = coefficients;
  const n = clean.length;
  for (let i = 0; i < n; i++) {
    const x = sample[i] as number;
    const unguided = prediction[guidance.nullAt + i] as number;
    const conditioned = prediction[guidance.conditionedAt + i] as number;
    const g = unguided + guidance.scale * (conditioned - unguided);
    let x1 = next.sample * x + next.guided * g;
    for (let k = 0; k < next.history.length; k++) {
      const weight = next.history[k] as number;
      // Not 0·slot: a slot may still hold what a failed picture left in it.
      if (weight !== 0) x1 += weight * (history[k * n + i] as number);
    }
    if (keep !== null) history[keep.slot * n + i] = keep.sample * x + keep.guided * g;
    clean[i] = coefficients.clean.sample * x + coefficients.clean.guided * g;
    for (let at = i; at < sample.length; at += n) sample[at] = x1;
  }
}

/** The matrix from latents to colours. weight: [3][c], bias: [3]; the colours are in 0…1. */
export interface PreviewMatrix {
  readonly weight: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** Clean latents [c, h·w] → RGBA [h·w, 4]. */
export function preview(latents: Float32Array, matrix: PreviewMatrix, pixelCount: number): Bytes {
  const out = new Uint8ClampedArray(4 * pixelCount);
  const channels = latents.length / pixelCount;
  for (let i = 0; i < pixelCount; i++) {
    for (let colour = 0; colour < 3; colour++) {
      const row = matrix.weight[colour] as readonly number[];
      let value = matrix.bias[colour] as number;
      for (let c = 0; c < channels; c++) value += (row[c] as number) * (latents[c * pixelCount + i] as number);
      out[4 * i + colour] = Math.floor(Math.min(Math.max(value, 0), 1) * 255 + 0.5);
    }
    out[4 * i + 3] = 255;
  }
  return out;
}

/** A picture [3, h·w] in −1…1 → RGBA [h·w, 4], and how many of its values are not finite; those are 0. */
export function pixels(picture: Float32Array): { readonly rgba: Bytes; readonly notFinite: number } {
  const pixelCount = picture.length / 3;
  const rgba = new Uint8ClampedArray(4 * pixelCount);
  let notFinite = 0;
  for (let i = 0; i < pixelCount; i++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = picture[colour * pixelCount + i] as number;
      if (Number.isFinite(value)) rgba[4 * i + colour] = toByte(value);
      else notFinite += 1;
    }
    rgba[4 * i + 3] = 255;
  }
  return { rgba, notFinite };
}

export type Bytes = Uint8ClampedArray<ArrayBuffer>;

/** −1…1 → 0…255, to the nearest. */
function toByte(value: number): number {
  return Math.floor(Math.min(Math.max(value, -1), 1) * 127.5 + 128);
}

/** What the top-k kernel finds: ids and scores in descending order, ties by lower id, and all scores' log-sum-exp. */
export interface TopK {
  readonly ids: readonly number[];
  readonly scores: readonly number[];
  readonly logSumExp: number;
}

/** @param marks what packMarks gives @param of k: 1…64; temperature: above 0 */
export function topK(logits: Float32Array, marks: Uint32Array, of: TopKSettings): TopK {
  if (logits.some((logit) => Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY)) {
    return { ids: [], scores: [], logSumExp: Number.NaN };
  }
  const marked = (id: number, which: 0 | 1) => (((marks[2 * (id >> 5) + which] as number) >>> (id & 31)) & 1) === 1;
  const found: { id: number; score: number }[] = [];
  logits.forEach((logit, id) => {
    if (!marked(id, 0) || logit === Number.NEGATIVE_INFINITY) return;
    const penalised = logit < 0 ? logit * of.penalty : logit / of.penalty;
    found.push({ id, score: (marked(id, 1) ? penalised : logit) / of.temperature });
  });
  found.sort((a, b) => b.score - a.score || a.id - b.id);
  const largest = found[0]?.score ?? 0;
  const logSumExp = largest + Math.log(found.reduce((sum, { score }) => sum + Math.exp(score - largest), 0));
  const best = found.slice(0, of.k);
  return { ids: best.map(({ id }) => id), scores: best.map(({ score }) => score), logSumExp };
}

export interface TopKSettings {
  readonly k: number;
  readonly temperature: number;
  readonly penalty: number;
}
