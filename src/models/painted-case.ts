/** What golden/painted.* is made of (golden/README.md): the same vokens for any backend. For tests. */
import { normals } from '../gpu/philox.ts';
import type { Pixels } from '../stages.ts';
import type { PictureSettings } from '../story/events.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import type { PicturePainter } from './painter.ts';

export interface Painted extends PictureSettings {
  readonly seed: number;
  readonly page: number;
}

/** Of 255, a byte, on average. Rounding to bytes where float32 sums differ in their last bits is far below. */
export const NEAR = 0.1;
/** What anything else must be away from it. */
export const FAR = 1;

export async function paintGolden(painter: PicturePainter, model: ModelEntry, painted: Painted): Promise<Pixels> {
  const { K, D } = model.shape;
  const { seed, page, steps, guidance, sampler } = painted;
  const job = { vokens: normals(1, 10, K * D), seed, page, settings: { steps, guidance, sampler } };
  return (await painter.paint(job, { preview() {} })) as Pixels;
}

/** @param wanted [h, w, 3] */
export function meanDistance({ data }: Pixels, wanted: Uint8Array): number {
  if (data.length / 4 !== wanted.length / 3) throw new Error(`${data.length / 4} pixels for ${wanted.length / 3}.`);
  const sum = wanted.reduce((far, byte, i) => {
    return far + Math.abs(byte - (data[4 * Math.floor(i / 3) + (i % 3)] as number));
  }, 0);
  return sum / wanted.length;
}
