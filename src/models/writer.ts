/** The language half: a prompt becomes pages of text and vokens; painted pictures are seen before the next page. */
import { InputError } from '../errors.ts';
import type { Sight } from '../stages.ts';
import type { Chapter, PageOutcome, WriterEvent } from '../story/events.ts';
import { blobOf, type Files } from '../weights/files.ts';
import { canSee, type GraphName, type ModelEntry, type Variant } from '../weights/manifest.ts';
import { type Context, createContext, type Thought } from './context.ts';
import type { Engine } from './engine.ts';
import { type WrittenPage, writePage } from './page.ts';
import { createSampler } from './sampler.ts';
import { createScript, type Script, type ToldPage } from './script.ts';
import { look, type Shown } from './sight.ts';
import { createWords } from './tokens.ts';

export const WRITER_GRAPHS: readonly GraphName[] = ['embed', 'decoder', 'vision'];

export interface WrittenPast {
  readonly text: string;
  readonly picture?: { readonly offset: number; readonly image: Shown };
  /** As in a script's told page. */
  readonly chapter?: Chapter;
  readonly closes?: boolean;
}

export interface Opening {
  readonly prompt: string;
  readonly seed: number;
  readonly pages: number;
  readonly picture?: Shown;
  /** Every page is to have a picture, whatever the model decides. */
  readonly everyPage?: boolean;
  readonly past?: readonly WrittenPast[];
  /** The reader's prompt for a chapter after what stands. */
  readonly goOn?: string;
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
  const sees = graphs.includes('vision') && variant.graphs.vision;
  const vision = sees ? await engine.open('vision', variant, files) : undefined;
  const words = createWords(JSON.parse(await blobOf(files, model.text.tokenizer).text()), model);
  const context: Context = createContext(engine, embed, decoder, model.shape, variant.cache);
  const sampler = createSampler(engine.gpu?.device, model.text.sampling, model.shape.V);
  const parts = { context, words, sampler, model };
  let story: { readonly seed: number; readonly everyPage: boolean; readonly script: Script } | undefined;
  let thought: Thought | undefined;
  let written: WrittenPage | undefined;
  let stopped = false;

  /** undefined where the model has no eyes: it remembers what was told by its words alone. */
  async function see(picture: Shown | undefined): Promise<Sight | undefined> {
    if (!picture || !canSee(model)) return undefined;
    if (!('width' in picture)) return picture;
    if (!vision) throw new Error('This writer has no eyes of its own: it must be shown soft tokens.');
    return look(engine, vision, picture, model.shape);
  }

  async function seenPage({ picture, ...page }: WrittenPast): Promise<ToldPage> {
    const sight = await see(picture?.image);
    return picture && sight ? { ...page, picture: { offset: picture.offset, sight } } : page;
  }

  return {
    open: (opening) =>
      engine.guard(async () => {
        if (opening.picture && !canSee(model)) {
          throw new InputError(
            'bad-picture',
            'This model sees no pictures. Begin without one, or choose another model.',
          );
        }
        const sight = await see(opening.picture);
        const past: ToldPage[] = [];
        for (const page of opening.past ?? []) past.push(await seenPage(page));
        const { prompt, pages, seed, everyPage = false, goOn } = opening;
        const asked = { prompt, pages, past, ...(goOn === undefined ? {} : { goOn }) };
        const script = createScript(words, model, { ...asked, ...(sight ? { sight } : {}) });
        const tokens = script.tokens();
        const needed = tokens.ids.length + script.reserve;
        if (needed > model.shape.S) {
          const said = `What stands is ${needed} tokens long; the model holds ${model.shape.S}. Go on from an earlier page.`;
          throw new InputError('bad-story', said);
        }
        [story, written] = [{ seed, everyPage, script }, undefined];
        // Nothing is kept of the story before: the same story is fed in the same steps each time.
        context.rewind(0);
        thought = await context.feed(tokens);
      }),
    async write(page, onEvent) {
      if (!story || !thought) throw new Error('write() before open().');
      const started = performance.now();
      stopped = false;
      const { seed, everyPage, script } = story;
      const task = { page, seed, given: script.given(), reserve: script.reserve, draws: everyPage };
      const [first, chapter] = [thought, script.opens()];
      if (chapter) onEvent({ kind: 'chapter', ...chapter });
      written = await engine.guard(() => writePage(task, first, parts, () => stopped, onEvent));
      return { end: script.after(written), tokens: written.tokens, seconds: (performance.now() - started) / 1000 };
    },
    async turn(picture) {
      if (!story || !written) throw new Error('turn() before write().');
      const started = performance.now();
      const [{ script }, done] = [story, written];
      const sight = await engine.guard(async () => {
        const seen = done.drawn ? await see(picture) : undefined;
        script.add(done, seen);
        thought = await context.hold(script.tokens());
        return seen;
      });
      written = undefined;
      return { softTokens: sight ? model.shape.Q : 0, seconds: (performance.now() - started) / 1000 };
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
