import { createWriter, type StoryWriter, WRITER_GRAPHS } from '../models/writer.ts';
import { toRgba } from './bitmap.ts';
import { loadHalf } from './files.ts';
import type { Writer } from './protocol.ts';
import { expose, transfer } from './wire.ts';

let writer: StoryWriter | undefined;

function loaded(): StoryWriter {
  if (!writer) throw new Error('The writer was not loaded.');
  return writer;
}

expose({
  async load(request, onProgress) {
    const half = await loadHalf(request, WRITER_GRAPHS, [request.model.text.tokenizer], onProgress);
    writer = await createWriter(half.engine, request.model, half.variant, half.files);
    return half.loaded;
  },
  async open({ prompt, seed, pages, picture, past }) {
    const told = (past ?? []).map(({ text, picture: shown }) => ({
      text,
      ...(shown ? { picture: { offset: shown.offset, image: toRgba(shown.bitmap) } } : {}),
    }));
    await loaded().open({ prompt, seed, pages, past: told, ...(picture ? { picture: toRgba(picture) } : {}) });
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
  turn: (picture) => loaded().turn(picture && toRgba(picture)),
  stop: () => writer?.stop(),
  close: async () => writer?.close(),
} satisfies Writer);
