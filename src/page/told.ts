/** What is shown as the plain data that is kept, exported and opened again. */
import { InputError } from '../errors.ts';
import type { Story, StoryHead, StoryPage } from '../library/story.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import type { Asked } from './asked.ts';
import { notPainted } from './painting.ts';
import type { ShownPage, State } from './state.ts';
import type { Teller } from './teller.ts';

/** What of a story's head the state does not hold. */
export type ToldHead = Omit<StoryHead, 'seed' | 'branches'>;

/**
 * Throws an InputError where the model was distilled and cannot paint as is asked now.
 * @param kept pages that stand already. @param id of the story that goes on; a new one's when undefined
 */
export function headOf(
  asked: Asked,
  kept: number,
  id: string | undefined,
  { model, choice }: Pick<Teller, 'model' | 'choice'>,
): ToldHead {
  const { minPages, maxPages } = model.text;
  const wanted = { ...model.picture, ...{ everyPage: false }, ...asked.settings };
  const cannot = notPainted(model, wanted);
  if (cannot && !asked.before) throw new InputError('bad-option', cannot);
  const { steps, guidance, sampler } = cannot ? model.picture : wanted;
  return {
    format: 1,
    id: id ?? crypto.randomUUID(),
    toldAt: Date.now(),
    prompt: asked.prompt,
    model: { id: model.id, revision: model.revision, variant: choice.variant },
    backend: choice.backend,
    options: {
      pages: Math.min(Math.max(asked.pages, minPages, kept + 1), maxPages),
      ...{ steps, guidance, sampler },
      ...(wanted.everyPage ? { everyPage: true } : {}),
    },
    ...(asked.picture ? { picture: asked.picture } : {}),
  };
}

/** Throws where the story is another model's: vokens mean something only to the model that thought them. */
export function sameModel(head: ToldHead | undefined, { id, revision }: Pick<ModelEntry, 'id' | 'revision'>): void {
  if (!head || (head.model.id === id && head.model.revision === revision)) return;
  const [then, now] = [`${head.model.id} ${head.model.revision}`, `${id} ${revision}`];
  throw new InputError('bad-story', `This story was told by another model (${then}, not ${now}): tell it again first.`);
}

/** @param pngs of the pictures, by page, from 1 */
export function storyOf(state: State, head: ToldHead, pngs: ReadonlyMap<number, Blob>): Story {
  const pages = state.pages.filter((page) => page.over).map((page, i) => pageOf(page, pngs.get(i + 1)));
  const { seed, branches } = state;
  const told = { ...head, seed, ...(branches.length > 0 ? { branches } : {}) };
  return { ...told, pages, complete: state.phase === 'told' && !state.stopped };
}

function pageOf({ text: words, given, chapter, picture }: ShownPage, png: Blob | undefined): StoryPage {
  const text = { text: words, ...(given ? { given } : {}), ...(chapter ? { chapter } : {}) };
  if (!picture?.url || !png) return text;
  const { seed, offset, alt, vokens } = picture;
  return { ...text, picture: { seed, offset, alt, png, vokens } };
}
