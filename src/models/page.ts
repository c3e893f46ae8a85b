/** One page: tokens are chosen until it ends; what was chosen becomes text and, where the model decides, vokens. */
import type { ModelShape } from '../stages.ts';
import type { PageEnd, WriterEvent } from '../story/events.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import type { Choice, Eligible } from './choice.ts';
import type { Context, Thought } from './context.ts';
import { clean, spaced } from './gate.ts';
import { randomStream, textStream } from './random.ts';
import type { Sampler } from './sampler.ts';
import type { Words } from './tokens.ts';
import { breathe } from './turn.ts';
import { gatherVokens } from './vokens.ts';

export interface PageParts {
  readonly context: Context;
  readonly words: Words;
  readonly sampler: Sampler;
  readonly model: ModelEntry;
}

/** What is asked of a page. */
export interface PageTask {
  /** From 1. */
  readonly page: number;
  readonly seed: number;
  /** Words it begins with that are not the model's. */
  readonly given: string;
  /** Tokens that have to be free for one more. */
  readonly reserve: number;
  /** Is it to have a picture, whatever the model decides? */
  readonly draws: boolean;
}

/** A page as it was written. */
export interface WrittenPage {
  readonly end: PageEnd;
  readonly tokens: number;
  /** As it was shown. */
  readonly text: string;
  /** Was there a picture? */
  readonly drawn: boolean;
  /** The ids that precede the picture; none without one. */
  readonly before: readonly number[];
  /** Those that follow it, or the whole page's without one; with the stop sequence. */
  readonly rest: readonly number[];
}

export async function writePage(
  task: PageTask,
  first: Thought,
  { context, words, sampler, model }: PageParts,
  stopped: () => boolean,
  onEvent: (event: WriterEvent) => void,
): Promise<WrittenPage> {
  const { shape, text } = model;
  const [img0] = shape.vokenIds as [number];
  const random = randomStream(task.seed, textStream(task.page));
  const shown = showText(words, task.given, text.stop, onEvent, text.gate !== undefined);
  const generated: number[] = [];
  let thought = first;
  let drawn = false;
  let before: number[] = [];
  let rest: number[] = [];
  const ended = (how: PageEnd): WrittenPage => {
    shown.flush();
    let end = how;
    if (shown.refused) {
      // A page ends before a word that the gate keeps out. That the story ends with it stays said.
      const closing = how === 'story' ? (text.end.find((sequence) => endsWith(rest, [sequence])) ?? []) : [];
      rest = [...rest.slice(0, shown.kept() - before.length), ...closing];
      if (how === 'page') end = 'length';
    }
    return { end, tokens: generated.length, text: shown.text, drawn, before, rest };
  };
  const choose = (eligible: Eligible): Promise<Choice> =>
    sampler.choose(thought, eligible, [...text.sampling.penalised, ...generated], random.uniform(generated.length));
  const word = (id: number) => (id === img0 ? '▣' : words.piece(id));
  while (generated.length < text.sampling.maxNewTokens) {
    await breathe();
    if (stopped()) return ended('stopped');
    if (context.length + task.reserve > shape.S) return ended('context');
    let choice = await choose((id) => (id === img0 ? !drawn : isText(id, shape)));
    if (task.draws && !drawn && mustDraw(choice.id, generated.length, text)) choice = await choose((id) => id === img0);
    const { id, probability } = choice;
    generated.push(id);
    const likeliest = choice.likeliest.map((each) => ({ text: word(each.id), probability: each.probability }));
    onEvent({ kind: 'token', choice: { id, text: word(id), probability, likeliest } });
    if (id === img0) {
      shown.flush();
      if (shown.refused) return ended('length');
      const { vokens, after } = await gatherVokens(context, thought, shape);
      onEvent({ kind: 'vokens', vokens: vokens.data, offset: shown.text.length });
      [drawn, before, rest, thought] = [true, rest, [], after];
      continue;
    }
    rest.push(id);
    if (endsWith(rest, text.end)) return ended('story');
    shown.add(id);
    if (endsWith(rest, text.stop)) return ended('page');
    if (shown.refused) return ended('length');
    thought = await context.feed({ ids: [id], sights: [] });
  }
  return ended('length');
}

/** On a page that has to have a picture: what would begin its end, and what would come too late, is [IMG0] instead. */
function mustDraw(id: number, generated: number, { stop, end, sampling }: ModelEntry['text']): boolean {
  const drawBy = sampling.drawBy ?? Math.ceil(sampling.maxNewTokens / 2);
  return generated + 1 >= drawBy || [...stop, ...end].some((sequence) => sequence[0] === id);
}

function isText(id: number, shape: ModelShape): boolean {
  return id !== shape.imageTokenId && !shape.vokenIds.includes(id);
}

function endsWith(ids: readonly number[], sequences: readonly (readonly number[])[]): boolean {
  return sequences.some((sequence) => sequence.every((id, k) => ids[ids.length - sequence.length + k] === id));
}

/**
 * Shows text as soon as it cannot change: whole characters, and nothing that may turn out to be a stop sequence. gated:
 * whole words, and none from the first one on that the gate keeps out.
 */
function showText(
  words: Words,
  given: string,
  stops: readonly (readonly number[])[],
  onEvent: (event: WriterEvent) => void,
  gated: boolean,
) {
  const ids: number[] = [];
  let [text, told, refused] = [given, '', false];
  if (given) onEvent({ kind: 'text', text: given, given: true });
  const held = () => {
    for (let n = Math.min(ids.length, Math.max(0, ...stops.map((stop) => stop.length))); n > 0; n--) {
      const tail = ids.slice(-n);
      if (stops.some((stop) => tail.every((id, k) => stop[k] === id))) return n;
    }
    return 0;
  };
  const show = (until: number, writing: boolean) => {
    const all = words
      .text(ids.slice(0, until))
      .trimStart()
      .replace(/\ufffd+$/, '');
    const own = gated && writing ? all.replace(/\s*\S*$/, '') : all;
    refused ||= gated && !clean(own);
    if (refused) return;
    told = own;
    const whole = given && own ? `${given} ${own}` : given + own;
    if (whole.length <= text.length) return;
    onEvent({ kind: 'text', text: whole.slice(text.length) });
    text = whole;
  };
  return {
    get text() {
      return text;
    },
    get refused() {
      return refused;
    },
    /** How many of them were shown, where some were refused. */
    kept() {
      let n = ids.length;
      while (n > 0 && spaced(words.text(ids.slice(0, n))).length > spaced(told).length) n -= 1;
      return n;
    },
    add(id: number) {
      ids.push(id);
      show(ids.length - held(), true);
    },
    flush() {
      const n = held();
      show(ids.length - (stops.some((stop) => stop.length === n) ? n : 0), false);
    },
  };
}
