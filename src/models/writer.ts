/** The language half: a prompt becomes pages of text and vokens; painted pictures are seen before the next page. */
import { InputError } from '../errors.ts';
import type { Sight } from '../stages.ts';
import type { PageOutcome, WriterEvent } from '../story/events.ts';
import { bytesOf, type Files } from '../weights/files.ts';
import type { GraphName, ModelEntry, Variant } from '../weights/manifest.ts';
import { type Context, createContext, type Thought } from './context.ts';
import type { Engine } from './engine.ts';
import { type WrittenPage, writePage } from './page.ts';
import { createSampler } from './sampler.ts';
import { look, type Shown } from './sight.ts';
import { createLayout } from './tokens.ts';

export const WRITER_GRAPHS: readonly GraphName[] = ['embed', 'decoder', 'vision'];

export interface WrittenPast {
  readonly text: string;
  readonly picture?: { readonly offset: number; readonly image: Shown };
}

export interface Opening {
  readonly prompt: string;
  readonly seed: number;
  readonly pages: number;
  readonly picture?: Shown;
  readonly past?: readonly WrittenPast[];
}

export interface StoryWriter {
  open(story: Opening): Promise<void>;
  write(page: number, onEvent: (event: WriterEvent) => void): Promise<PageOutcome>;
  turn(picture: Shown | undefined): Promise<{ softTokens: number; seconds: number }>;
  stop(): void;
  close(): Promise<void>;
}

export async function createWriter(
  engine: Engine,
  model: ModelEntry,
  variant: Variant,
  files: Files,
  graphs: readonly GraphName[] = WRITER_GRAPHS,
): Promise<StoryWriter> {
  const embed = await engine.open('embed', variant, files);
  const decoder = await engine.open('decoder', variant, files, ['logits', 'hidden_states']);
  const vision = graphs.includes('vision') ? await engine.open('vision', variant, files) : undefined;
  const layout = createLayout(JSON.parse(new TextDecoder().decode(bytesOf(files, model.text.tokenizer))), model);
  const context: Context = createContext(engine, embed, decoder, model.shape);
  const sampler = createSampler(engine.gpu?.device, model.text.sampling, model.shape.V);
  const see = async (picture: Shown): Promise<Sight> => {
    if (!('width' in picture)) return picture;
    if (!vision) throw new Error('This writer has no eyes: it must be shown soft tokens.');
    return look(engine, vision, picture, model.shape);
  };
  let story: Opening | undefined;
  let thought: Thought | undefined;
  let written: WrittenPage | undefined;
  let page = 0;
  let stopped = false;

  async function pastTokens(past: readonly WrittenPast[], pages: number): Promise<{ ids: number[]; sights: Sight[] }> {
    const ids: number[] = [];
    const sights: Sight[] = [];
    for (const [index, { text, picture }] of past.entries()) {
      const parts = picture ? [text.slice(0, picture.offset), text.slice(picture.offset)] : [text];
      for (const [k, part] of parts.entries()) {
        if (k === 1 && picture) {
          ids.push(...layout.sight);
          sights.push(await see(picture.image));
        }
        if (part.trim()) ids.push(...layout.encode(` ${part.trim()}`));
      }
      ids.push(...(model.text.stop[0] ?? []), ...layout.next(index + 2, pages));
    }
    return { ids, sights };
  }

  /** The page as later pages see it: what followed [IMG0] again, after the picture's sight in the place of its vokens. */
  async function turned({ end, imageAt, rest, unfed }: WrittenPage, pages: number, picture: Shown | undefined) {
    const stop = end === 'page' ? [] : (model.text.stop[0] ?? []);
    const next = [...stop, ...layout.next(page + 1, pages)];
    if (imageAt === undefined) {
      return context.feed({ ids: [...rest.slice(rest.length - unfed), ...next], sights: [] });
    }
    const sights = picture ? [await see(picture)] : [];
    context.rewind(imageAt);
    return context.feed({ ids: [...(picture ? layout.sight : []), ...rest, ...next], sights });
  }

  return {
    open: (opening) =>
      engine.guard(async () => {
        [story, written, page] = [opening, undefined, opening.past?.length ?? 0];
        context.rewind(0);
        const head = layout.open(opening.prompt, opening.pages, opening.picture !== undefined);
        const sights = opening.picture ? [await see(opening.picture)] : [];
        const past = await pastTokens(opening.past ?? [], opening.pages);
        const { S, K } = model.shape;
        const needed = head.length + past.ids.length + K + 1;
        if (needed > S) {
          const words = `What stands is ${needed} tokens long; the model holds ${S}. Go on from an earlier page.`;
          throw new InputError('bad-story', words);
        }
        thought = await context.feed({ ids: [...head, ...past.ids], sights: [...sights, ...past.sights] });
      }),
    async write(number, onEvent) {
      if (!story || !thought) throw new Error('write() before open().');
      const started = performance.now();
      [stopped, page] = [false, number];
      const parts = { context, layout, sampler, model };
      const [{ seed }, first] = [story, thought];
      written = await engine.guard(() => writePage(number, seed, first, parts, () => stopped, onEvent));
      const { end, tokens } = written;
      return { end, tokens, seconds: (performance.now() - started) / 1000 };
    },
    async turn(picture) {
      if (!story || !written) throw new Error('turn() before write().');
      const started = performance.now();
      const [{ pages }, done] = [story, written];
      thought = await engine.guard(() => turned(done, pages, picture));
      written = undefined;
      return {
        softTokens: picture && done.imageAt !== undefined ? model.shape.Q : 0,
        seconds: (performance.now() - started) / 1000,
      };
    },
    stop() {
      stopped = true;
    },
    async close() {
      context.close();
      sampler.close();
      await engine.close();
    },
  };
}
