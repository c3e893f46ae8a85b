/** Previews onto their canvases: the live one in its frame, and all of them as a film strip in the panel. */

/** By page, from 1: a bitmap for each denoising step. */
export type Previews = Map<number, readonly ImageBitmap[]>;

/** What each canvas shows already. */
const drawn = new WeakMap<HTMLCanvasElement, ImageBitmap | Float32Array>();

export function drawPreviews(root: ParentNode, previews: Previews): void {
  for (const canvas of root.querySelectorAll<HTMLCanvasElement>('canvas[data-page]')) {
    const bitmaps = previews.get(Number(canvas.dataset.page));
    const bitmap = canvas.dataset.step ? bitmaps?.[Number(canvas.dataset.step)] : bitmaps?.at(-1);
    const context = canvas.getContext('2d');
    if (!context || !bitmap || drawn.get(canvas) === bitmap) continue;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    drawn.set(canvas, bitmap);
  }
  for (const canvas of root.querySelectorAll<VokenCanvas>('canvas.vokens')) drawVokens(canvas);
}

interface VokenCanvas extends HTMLCanvasElement {
  /** [K=8, D] */
  readonly vokens?: Float32Array;
}

/** Eight rows of colour: the hidden states, warm above zero and cool below. */
function drawVokens(canvas: VokenCanvas): void {
  const { vokens } = canvas;
  const context = canvas.getContext('2d');
  if (!vokens || !context || drawn.get(canvas) === vokens) return;
  const rows = 8;
  const columns = vokens.length / rows;
  const image = context.createImageData(columns, rows);
  const scale = 1 / Math.max(...vokens.map(Math.abs), 1e-6);
  vokens.forEach((value, i) => {
    const strength = Math.round(255 * Math.min(1, Math.sqrt(Math.abs(value) * scale)));
    image.data.set(
      value > 0 ? [255, 255 - strength * 0.6, 255 - strength, 255] : [255 - strength, 255 - strength * 0.5, 255, 255],
      4 * i,
    );
  });
  canvas.width = columns;
  canvas.height = rows;
  context.putImageData(image, 0, 0);
  drawn.set(canvas, vokens);
}
