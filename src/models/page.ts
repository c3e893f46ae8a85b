/** One page: tokens are chosen until it ends; what was chosen becomes text and, where the model decides, vokens. */
import type { ModelShape } from '../stages.ts';
import type { PageEnd, WriterEvent } from '../story/events.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import type { Context, Thought } from './context.ts';
import { randomStream, textStream } from './random.ts';
import type { Sampler } from './sampler.ts';
import type { Layout } from './tokens.ts';
import { breathe } from './turn.ts';
import { gatherVokens } from './vokens.ts';

export interface PageParts {
  readonly context: Context;
  readonly layout: Layout;
  readonly sampler: Sampler;
  readonly model: ModelEntry;
}

/** A page as it stands in the context. The last ids may not have been fed. */
export interface WrittenPage {
  readonly end: PageEnd;
  readonly tokens: number;
  /** Tokens in the context before [IMG0], or undefined without one. */
  readonly imageAt: number | undefined;
  /** What follows the picture, or the whole page without one; with the stop sequence. */
  readonly rest: readonly number[];
  /** How many ids at the end of `rest` were not fed. */
  readonly unfed: number;
}

export async function writePage(
  page: number,
  seed: number,
  first: Thought,
  { context, layout, sampler, model }: PageParts,
  stopped: () => boolean,
  onEvent: (event: WriterEvent) => void,
): Promise<WrittenPage> {
  const { shape, text } = model;
  const random = randomStream(seed, textStream(page));
  const shown = showText(layout, text.stop, onEvent);
  const generated: number[] = [];
  let thought = first;
  let imageAt: number | undefined;
  let rest: number[] = [];
  const ended = (end: PageEnd, unfed: number): WrittenPage => {
    shown.flush();
    return { end, tokens: generated.length, imageAt, rest, unfed };
  };
  while (generated.length < text.sampling.maxNewTokens) {
    await breathe();
    if (stopped()) return ended('stopped', 0);
    if (context.length + shape.K + 1 > shape.S) return ended('context', 0);
    const mayDraw = imageAt === undefined;
    const eligible = (id: number) => (id === shape.vokenIds[0] ? mayDraw : isText(id, shape));
    const choice = await sampler.choose(thought, eligible, generated, random.uniform(generated.length));
    generated.push(choice.id);
    const word = (id: number) => (id === shape.vokenIds[0] ? '▣' : layout.text([id]));
    const likeliest = choice.likeliest.map(({ id, probability }) => ({ text: word(id), probability }));
    const { id, probability } = choice;
    onEvent({ kind: 'token', choice: { id, text: word(id), probability, likeliest } });
    if (id === shape.vokenIds[0]) {
      imageAt = context.length;
      const { vokens, after } = await gatherVokens(context, thought, shape);
      shown.flush();
      onEvent({ kind: 'vokens', vokens: vokens.data, offset: shown.length });
      rest = [];
      thought = after;
      continue;
    }
    rest.push(id);
    if (endsWith(rest, text.end)) return ended('story', 1);
    shown.add(id);
    if (endsWith(rest, text.stop)) return ended('page', 1);
    thought = await context.feed({ ids: [id], sights: [] });
  }
  return ended('length', 0);
}

function isText(id: number, shape: ModelShape): boolean {
  return id !== shape.imageTokenId && !shape.vokenIds.includes(id);
}

function endsWith(ids: readonly number[], sequences: readonly (readonly number[])[]): boolean {
  return sequences.some((sequence) => sequence.every((id, k) => ids[ids.length - sequence.length + k] === id));
}

/** Shows text as soon as it cannot change: whole characters, and nothing that may turn out to be a stop sequence. */
function showText(layout: Layout, stops: readonly (readonly number[])[], onEvent: (event: WriterEvent) => void) {
  const ids: number[] = [];
  let length = 0;
  const held = () => {
    for (let n = Math.min(ids.length, Math.max(0, ...stops.map((stop) => stop.length))); n > 0; n--) {
      const tail = ids.slice(-n);
      if (stops.some((stop) => tail.every((id, k) => stop[k] === id))) return n;
    }
    return 0;
  };
  const show = (until: number) => {
    const whole = layout.text(ids.slice(0, until)).trimStart();
    const text = whole.replace(/\ufffd+$/, '');
    if (text.length <= length) return;
    onEvent({ kind: 'text', text: text.slice(length) });
    length = text.length;
  };
  return {
    get length() {
      return length;
    },
    add(id: number) {
      ids.push(id);
      show(ids.length - held());
    },
    flush() {
      const n = held();
      show(ids.length - (stops.some((stop) => stop.length === n) ? n : 0));
    },
  };
}
