/** Pictures between what crosses threads (ImageBitmap) and what a model reads or makes (bytes). */
import type { Rgba } from '../models/sight.ts';
import type { Pixels } from '../stages.ts';

export function toRgba(bitmap: ImageBitmap): Rgba {
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser gives no 2D canvas in a worker.');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { data: context.getImageData(0, 0, width, height).data, width, height };
}

export function toBitmap({ data, width, height }: Pixels): Promise<ImageBitmap> {
  return createImageBitmap(new ImageData(data, width, height));
}
