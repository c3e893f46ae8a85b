/**
 * The layout of one context per story: page after page as it was sampled, and a picture's sight in the place of its
 * vokens.
 */
import type { Sight } from '../stages.ts';
import type { ModelEntry, Templates } from '../weights/manifest.ts';
import type { WrittenPage } from './page.ts';
import type { Opening, Script, ToldPage } from './script.ts';
import { fill, type Words } from './tokens.ts';

export function pagesScript(
  words: Words,
  { shape, text }: ModelEntry,
  templates: Extract<Templates, { layout: 'pages' }>,
  { prompt, pages, sight, past }: Opening,
): Script {
  const stop = text.stop[0] ?? [];
  const sightIds = words.encode(templates.sight);
  const next = (page: number) => words.encode(fill(templates.next, { page, pages }));
  const opening = fill(sight ? templates.openWithPicture : templates.open, { prompt: words.prompt(prompt), pages });
  const ids = [text.bos, ...words.encode(opening)];
  const sights: Sight[] = sight ? [sight] : [];
  let page = 1;

  function close(before: readonly number[], seen: Sight | undefined, rest: readonly number[]): void {
    page += 1;
    ids.push(...before, ...(seen ? sightIds : []), ...rest, ...next(page));
    if (seen) sights.push(seen);
  }

  function addPast({ text: told, picture }: ToldPage): void {
    const spaced = (part: string) => (part.trim() ? words.encode(` ${part.trim()}`) : []);
    const offset = picture?.offset ?? told.length;
    close(spaced(told.slice(0, offset)), picture?.sight, [...spaced(told.slice(offset)), ...stop]);
  }

  past.forEach(addPast);
  return {
    tokens: () => ({ ids, sights }),
    given: () => '',
    // A token, the larger of a picture's vokens and its sight, and what stands before the next page.
    reserve: 1 + Math.max(shape.K, sightIds.length) + stop.length + next(pages).length,
    add({ end, before, rest }: WrittenPage, seen) {
      close(before, seen, end === 'page' ? rest : [...rest, ...stop]);
    },
  };
}
