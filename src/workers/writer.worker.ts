import type { Shown } from '../models/sight.ts';
import { createWriter, type StoryWriter, WRITER_GRAPHS } from '../models/writer.ts';
import { toRgba } from './bitmap.ts';
import { loadHalf, pauseFetching } from './files.ts';
import type { Seen, Writer } from './protocol.ts';
import { expose, transfer } from './wire.ts';

let writer: StoryWriter | undefined;

function loaded(): StoryWriter {
  if (!writer) throw new Error('The writer was not loaded.');
  return writer;
}

const shown = (picture: Seen): Shown => (picture instanceof Float32Array ? { data: picture } : toRgba(picture));

expose({
  async load(request, onProgress) {
    const graphs = WRITER_GRAPHS.filter((name) => !(request.blind && name === 'vision'));
    const half = await loadHalf(request, graphs, [request.model.text.tokenizer], onProgress);
    writer = await createWriter(half.engine, request.model, half.variant, half.files, graphs);
    return half.loaded;
  },
  pause: pauseFetching,
  async open({ picture, settings, past, ...story }) {
    const told = (past ?? []).map(({ picture: seen, ...page }) => ({
      ...page,
      ...(seen ? { picture: { offset: seen.offset, image: shown('sight' in seen ? seen.sight : seen.bitmap) } } : {}),
    }));
    const asked = { ...story, past: told, everyPage: settings?.everyPage ?? false };
    await loaded().open({ ...asked, ...(picture ? { picture: shown(picture) } : {}) });
  },
  async write(page, onEvent) {
    let heard: unknown;
    const outcome = await loaded().write(page, (event) => {
      heard = onEvent(event.kind === 'vokens' ? transfer(event, [event.vokens.buffer]) : event);
    });
    // Events and the outcome travel on ports of their own: the last event must have arrived first.
    await heard;
    return outcome;
  },
  turn: (picture) => loaded().turn(picture && shown(picture)),
  stop: () => writer?.stop(),
  close: async () => writer?.close(),
} satisfies Writer);
