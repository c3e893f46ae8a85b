import type { Engine, Graph } from '../models/engine.ts';
import { look } from '../models/sight.ts';
import type { ModelShape } from '../stages.ts';
import { toRgba } from './bitmap.ts';
import { loadHalf, pauseFetching } from './files.ts';
import type { Eyes } from './protocol.ts';
import { expose, transfer } from './wire.ts';

let eyes: { readonly engine: Engine; readonly vision: Graph; readonly shape: ModelShape } | undefined;

expose({
  async load(request, onProgress) {
    const { engine, variant, files, loaded } = await loadHalf(request, ['vision'], [], onProgress);
    eyes = { engine, vision: await engine.open('vision', variant, files), shape: request.model.shape };
    return loaded;
  },
  pause: pauseFetching,
  async see(picture) {
    if (!eyes) throw new Error('The eyes were not loaded.');
    const { engine, vision, shape } = eyes;
    const { data } = await engine.guard(() => look(engine, vision, toRgba(picture), shape));
    return transfer(data, [data.buffer]);
  },
  close: async () => eyes?.engine.close(),
} satisfies Eyes);
