/**
 * The layout of one context per story: page after page as it was sampled, and a picture's sight in the place of its
 * vokens. A model that was taught chapters goes on in them, and forgets what its context has no room for.
 */

import type { Sight, Tokens } from '../stages.ts';
import type { Chapter } from '../story/events.ts';
import type { ModelEntry, Templates } from '../weights/manifest.ts';
import { chapterLength, recalled } from './chapters.ts';
import type { WrittenPage } from './page.ts';
import type { Opening, Script, ToldPage } from './script.ts';
import { fill, type Words } from './tokens.ts';

export function pagesScript(
  words: Words,
  { shape, text }: ModelEntry,
  templates: Extract<Templates, { layout: 'pages' }>,
  { prompt, pages, sight, past, goOn }: Opening,
): Script {
  const { chapters } = templates;
  const stop = text.stop[0] ?? [];
  const end = text.end[0] ?? stop;
  const sightIds = words.encode(templates.sight);
  const next = (page: number, of: number) => words.encode(fill(templates.next, { page, pages: of }));
  /** Pages with what was fed before each, by chapter. */
  const told: Tokens[][] = [];
  /** What stands before the next page. */
  let head: Tokens = { ids: [], sights: [] };
  let chapter: Chapter = { pages };
  /** Numbers of the next page, in the story and in its chapter. */
  let [page, here] = [1, 1];

  function open(opens: Chapter, asked: string, seen?: Sight): void {
    const template = seen ? templates.openWithPicture : templates.open;
    const opening = words.encode(fill(template, { prompt: words.prompt(asked), pages: opens.pages }));
    head = { ids: [...(told.length === 0 ? [text.bos] : []), ...opening], sights: seen ? [seen] : [] };
    [chapter, here] = [opens, 1];
    told.push([]);
  }

  /** The next chapter: one that stands, one for the reader's prompt, or one with which the story goes on by itself. */
  function openNext(opens: Partial<Chapter>): void {
    if (!chapters) return;
    const asked = opens.prompt ?? (chapters.goOn[(told.length - 1) % chapters.goOn.length] as string);
    open({ ...opens, pages: opens.pages ?? chapterLength(pages - page + 1, chapters, false) }, asked);
  }

  /** The page is over; `opens` begins a chapter after it. */
  function close(
    before: readonly number[],
    seen: Sight | undefined,
    rest: readonly number[],
    opens?: Partial<Chapter>,
  ) {
    const ids = [...head.ids, ...before, ...(seen ? sightIds : []), ...rest];
    told.at(-1)?.push({ ids, sights: seen ? [...head.sights, seen] : head.sights });
    page += 1;
    here += 1;
    if (opens) openNext(opens);
    else head = { ids: next(here, chapter.pages), sights: [] };
  }

  /** What ends beside a page: its chapter, after which another begins, or the story; undefined where neither does. */
  function ends(ended: boolean): 'chapter' | 'story' | undefined {
    const full = chapters !== undefined && here >= chapter.pages;
    if (!ended && !full) return undefined;
    const left = pages - page;
    if (chapters && left >= text.minPages) return 'chapter';
    return ended || left > 0 ? 'story' : undefined;
  }

  function addPast({ text: shown, picture, closes = false }: ToldPage, i: number): void {
    const spaced = (part: string) => (part.trim() ? words.encode(` ${part.trim()}`) : []);
    const offset = picture?.offset ?? shown.length;
    const following = past[i + 1];
    const asked = !following && goOn !== undefined ? { prompt: goOn } : undefined;
    const byItself = ends(closes) === 'chapter' ? {} : undefined;
    const opens = chapters && (following?.chapter ?? asked ?? byItself);
    const rest = [...spaced(shown.slice(offset)), ...(opens ? end : stop)];
    close(spaced(shown.slice(0, offset)), picture?.sight, rest, opens);
  }

  const fits = (parts: readonly Tokens[]) => {
    const stands = parts.reduce((sum, part) => sum + part.ids.length, head.ids.length);
    return !chapters || stands + text.sampling.maxNewTokens <= chapters.room;
  };

  open(past[0]?.chapter ?? { pages: chapters ? chapterLength(pages, chapters, true) : pages }, prompt, sight);
  past.forEach(addPast);
  return {
    tokens() {
      const stays = [...recalled(told, fits), head];
      return { ids: stays.flatMap(({ ids }) => ids), sights: stays.flatMap(({ sights }) => sights) };
    },
    given: () => '',
    opens: () => (chapters && here === 1 ? chapter : undefined),
    // A token, the larger of a picture's vokens and its sight, and what stands before the next page.
    reserve: 1 + Math.max(shape.K, sightIds.length) + stop.length + next(pages, pages).length,
    after: ({ end: how }) => (how === 'stopped' || how === 'context' ? how : (ends(how === 'story') ?? how)),
    add({ end: how, before, rest }: WrittenPage, seen) {
      if (ends(how === 'story') !== 'chapter') {
        close(before, seen, how === 'page' ? rest : [...rest, ...stop]);
      } else if (how === 'story') {
        close(before, seen, rest, {});
      } else {
        close(before, seen, [...withoutEnd(rest, text.stop), ...end], {});
      }
    },
  };
}

/** Without the stop sequence that it ends with, if it ends with one. */
function withoutEnd(ids: readonly number[], stops: readonly (readonly number[])[]): readonly number[] {
  const stop = stops.find((each) => each.every((id, k) => ids[ids.length - each.length + k] === id)) ?? [];
  return ids.slice(0, ids.length - stop.length);
}
