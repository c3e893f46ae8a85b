import { createPainter, PAINTER_GRAPHS, type PicturePainter } from '../models/painter.ts';
import { toBitmap } from './bitmap.ts';
import { loadHalf, pauseFetching } from './files.ts';
import type { Painter } from './protocol.ts';
import { expose, transfer } from './wire.ts';

let painter: PicturePainter | undefined;

expose({
  async load(request, onProgress) {
    const half = await loadHalf(request, PAINTER_GRAPHS, [request.model.picture.nullConditioning], onProgress);
    painter = await createPainter(half.engine, request.model, half.variant, half.files);
    return half.loaded;
  },
  pause: pauseFetching,
  async paint(job, onEvent) {
    if (!painter) throw new Error('The painter was not loaded.');
    const shown: (void | Promise<void>)[] = [];
    const pixels = await painter.paint(job, {
      preview(step, steps, preview) {
        const show = toBitmap(preview).then((bitmap) =>
          onEvent(transfer({ kind: 'preview', step, steps, bitmap }, [bitmap])),
        );
        shown.push(show);
      },
      decodesAgain: (notFinite) => shown.push(onEvent({ kind: 'decoded-again', notFinite })),
    });
    await Promise.all(shown);
    if (!pixels) return undefined;
    const bitmap = await toBitmap(pixels);
    return transfer(bitmap, [bitmap]);
  },
  stop: () => painter?.stop(),
  close: async () => painter?.close(),
} satisfies Painter);
