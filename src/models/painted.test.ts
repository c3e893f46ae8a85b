import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngine, type Engine } from './engine.ts';
import { spoiled } from './graph-cases.ts';
import { FAR, meanDistance, NEAR, type Painted, paintGolden } from './painted-case.ts';
import { createPainter } from './painter.ts';
import { golden, runtime, shipped } from './shipped.ts';

/** A whole picture by mapper, sampler and decoder, as Python painted it with the same graphs. On wasm here. */
const { model, variant, files } = shipped();
const painted = golden<Painted>('painted');
const wanted = readFileSync(new URL('../../golden/painted.rgb', import.meta.url));

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine('wasm', runtime);
}, 60_000);
afterAll(() => engine?.close());

test('a picture is painted as in Python', async () => {
  const pixels = await paintGolden(await createPainter(engine, model, variant, files), model, painted);
  expect(meanDistance(pixels, wanted)).toBeLessThan(NEAR);
}, 120_000);

test('deliberately wrong weights, and deliberately wrong conditioning, paint another picture', async () => {
  for (const graph of ['unet', 'mapper'] as const) {
    const wrong = await createPainter(engine, model, variant, await spoiled(graph, variant, files));
    // Wrong weights may overflow: that is no picture at all.
    const distance = paintGolden(wrong, model, painted).then(
      (pixels) => meanDistance(pixels, wanted),
      (error: Error) => (error.message.includes('are no numbers') ? Number.POSITIVE_INFINITY : Promise.reject(error)),
    );
    expect(await distance, graph).not.toBeLessThan(FAR);
  }
  const right = await createPainter(engine, model, variant, files);
  const guidance = painted.guidance === 1 ? 3 : 1;
  expect(meanDistance(await paintGolden(right, model, { ...painted, guidance }), wanted)).not.toBeLessThan(FAR);
}, 240_000);
