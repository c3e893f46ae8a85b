/** A picture as the model sees it. */
import type { ModelShape, Sight } from '../stages.ts';
import type { Engine, Graph } from './engine.ts';

/** What a picture is before it is looked at. data: [height, width, 4], RGBA, 0…255. */
export interface Rgba {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** What is shown to the writer: a picture, or the soft tokens that other eyes made of it. */
export type Shown = Rgba | Sight;

export async function look(engine: Engine, vision: Graph, picture: Rgba, shape: ModelShape): Promise<Sight> {
  const { visionSize: s } = shape;
  const pixels = new engine.ort.Tensor('float32', visionInput(picture, shape), [1, 3, s, s]);
  const { image_embeds } = await vision.run({ pixel_values: pixels });
  const data = Float32Array.from((await image_embeds?.getData()) as Float32Array);
  image_embeds?.dispose();
  return { data };
}

/** The middle square, resized with an antialiased triangle filter and normalised: [3, s, s]. As torch does it. */
export function visionInput(picture: Rgba, shape: ModelShape): Float32Array {
  const { visionSize: s, visionMean: mean, visionStd: std } = shape;
  const edge = Math.min(picture.width, picture.height);
  const left = (picture.width - edge) >> 1;
  const top = (picture.height - edge) >> 1;
  const weights = triangle(edge, s);
  const rows = new Float32Array(3 * edge * s); // [3, edge, s]
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < edge; y++) {
      const row = (top + y) * picture.width + left;
      weights.forEach(({ start, taps }, x) => {
        let sum = 0;
        for (let k = 0; k < taps.length; k++) {
          sum += (taps[k] as number) * (picture.data[4 * (row + start + k) + c] as number);
        }
        rows[(c * edge + y) * s + x] = sum;
      });
    }
  }
  const out = new Float32Array(3 * s * s);
  for (let c = 0; c < 3; c++) {
    weights.forEach(({ start, taps }, y) => {
      for (let x = 0; x < s; x++) {
        let sum = 0;
        for (let k = 0; k < taps.length; k++)
          sum += (taps[k] as number) * (rows[(c * edge + start + k) * s + x] as number);
        out[(c * s + y) * s + x] = (sum / 255 - (mean[c] as number)) / (std[c] as number);
      }
    });
  }
  return out;
}

interface Taps {
  readonly start: number;
  readonly taps: readonly number[];
}

/** For each of `to` outputs, its weights on `from` inputs: bilinear, widened where it shrinks (as PIL and torch do). */
function triangle(from: number, to: number): Taps[] {
  const scale = from / to;
  const support = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(from, Math.floor(centre + support + 0.5));
    const taps = Array.from({ length: end - start }, (_, k) =>
      Math.max(0, 1 - Math.abs(start + k + 0.5 - centre) / support),
    );
    const sum = taps.reduce((a, b) => a + b, 0);
    return { start, taps: taps.map((tap) => tap / sum) };
  });
}
