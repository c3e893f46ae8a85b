/** Previews onto their canvases: the live one in its frame, and all of them as a film strip in the panel. */

/** By page, from 1: a bitmap for each denoising step. */
export type Previews = Map<number, readonly ImageBitmap[]>;

export function drawPreview(root: ParentNode, previews: Previews): void {
  for (const canvas of root.querySelectorAll<HTMLCanvasElement>('canvas[data-page]')) {
    const bitmaps = previews.get(Number(canvas.dataset.page));
    const bitmap = canvas.dataset.step ? bitmaps?.[Number(canvas.dataset.step)] : bitmaps?.at(-1);
    const context = canvas.getContext('2d');
    if (!context || !bitmap) continue;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }
  for (const canvas of root.querySelectorAll<HTMLCanvasElement & { vokens?: Float32Array }>('canvas.vokens'))
    drawVokens(canvas);
}

/** Eight rows of colour: the hidden states, warm above zero and cool below. */
function drawVokens(canvas: HTMLCanvasElement & { vokens?: Float32Array }): void {
  const { vokens } = canvas;
  const context = canvas.getContext('2d');
  if (!vokens || !context || canvas.dataset.drawn) return;
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
  canvas.dataset.drawn = 'true';
}
