import { describe, expect, test } from 'vitest';
import type { ModelShape, Sight } from '../stages.ts';
import type { Chapter, PageEnd } from '../story/events.ts';
import { type ModelEntry, parseManifest } from '../weights/manifest.ts';
import type { WrittenPage } from './page.ts';
import { createScript, type ToldPage } from './script.ts';
import { golden, shipped } from './shipped.ts';
import { createWords } from './tokens.ts';

interface Told {
  text: string;
  offset: number | null;
  before: number[];
  rest: number[];
  seen: boolean;
  stopped: boolean;
  ended: boolean;
  after: 'chapter' | 'story' | null;
  goesOn: Required<Chapter> | null;
}

interface Case {
  prompt: string;
  pages: number;
  picture: boolean;
  text: unknown;
  told: Told[];
  stands: { ids: number[]; sights: string[]; opens: { pages: number; prompt: string | null } | null; limit: number }[];
}

/** Written by python/interleaf/exporting/scripts.py; sights have names there. */
const { shape, cases } = golden<{ shape: ModelShape; cases: Case[] }>('chapters');
const { model, files } = shipped();
const tokenizer: unknown = JSON.parse(await (files.get(model.text.tokenizer) as Blob).text());
const names = ['reader', ...Array.from({ length: 25 }, (_, i) => `page ${i + 1}`)];
const sights = new Map(names.map((name) => [name, { data: new Float32Array() } as Sight]));
const named = (sight: Sight) => [...sights].find(([, each]) => each === sight)?.[0];
const endOf = ({ stopped, ended }: Told): PageEnd => (ended ? 'story' : stopped ? 'page' : 'length');

function writtenPage({ text, offset, before, rest, ...page }: Told): WrittenPage {
  return { end: endOf({ text, offset, before, rest, ...page }), tokens: 1, text, drawn: offset !== null, before, rest };
}

describe.each(cases.map((each) => [each.pages, each] as const))('%i pages', (_, it) => {
  const of = parseManifest({ schema: 1, models: [{ ...model, shape, text: it.text }] }).models[0] as ModelEntry;
  const words = createWords(tokenizer, of);
  const reader = it.picture ? { sight: sights.get('reader') as Sight } : {};
  const wantedAt = (i: number) => {
    const { ids, sights: seen, opens } = it.stands[i] as Case['stands'][number];
    const chapter = opens && { pages: opens.pages, ...(opens.prompt === null ? {} : { prompt: opens.prompt }) };
    return { ids, sights: seen, opens: chapter ?? undefined };
  };
  const standing = (script: ReturnType<typeof createScript>) => {
    const { ids, sights: seen } = script.tokens();
    return { ids, sights: seen.map(named), opens: script.opens() };
  };
  const until = it.told.findIndex(({ goesOn }) => goesOn);

  test('what stands before each page is what stands in Python, as it is told', () => {
    const script = createScript(words, of, { prompt: it.prompt, pages: it.pages, past: [], ...reader });
    for (const [i, page] of it.told.entries()) {
      expect(standing(script)).toEqual(wantedAt(i));
      expect(script.after(writtenPage(page))).toBe(page.after ?? endOf(page));
      if (i === until) return;
      script.add(writtenPage(page), page.seen ? sights.get(`page ${i + 1}`) : undefined);
    }
  });

  test('and where it is taken up again after any page', () => {
    const past: ToldPage[] = [];
    for (const [i, page] of it.told.entries()) {
      const before = it.told[i - 1]?.goesOn;
      const { limit: pages, opens } = it.stands[i] as Case['stands'][number];
      const goOn = before ? { goOn: before.prompt } : {};
      const script = createScript(words, of, { prompt: it.prompt, pages, past, ...reader, ...goOn });
      expect(standing(script)).toEqual(wantedAt(i));
      past.push({
        text: page.text,
        ...(page.seen ? { picture: { offset: page.offset ?? 0, sight: sights.get(`page ${i + 1}`) as Sight } } : {}),
        ...(opens ? { chapter: script.opens() as Chapter } : {}),
        ...(page.after === 'chapter' ? { closes: true } : {}),
      });
    }
  });

  test('page 1 and the last chapter stay; the rest stays where a page still has room after it', () => {
    const { room } = (of.text.templates as { chapters: { room: number } }).chapters;
    let opened = 1;
    for (const [i, { ids, sights: seen, opens }] of it.stands.entries()) {
      if (opens) opened = i + 1;
      const old = seen.filter((name) => name !== 'reader' && name !== 'page 1' && Number(name.slice(5)) < opened);
      if (old.length > 0) expect(ids.length + of.text.sampling.maxNewTokens).toBeLessThanOrEqual(room);
    }
  });
});

test('a stop, and a context that is full, end a story in chapters too', () => {
  const of = parseManifest({ schema: 1, models: [{ ...model, shape, text: cases[0]?.text }] }).models[0] as ModelEntry;
  const script = createScript(createWords(tokenizer, of), of, { prompt: 'an owl', pages: 12, past: [] });
  const page = writtenPage(cases[0]?.told[0] as Told);
  for (const end of ['stopped', 'context'] as const) expect(script.after({ ...page, end })).toBe(end);
  expect(script.after({ ...page, end: 'story' })).toBe('chapter');
});

test('a model that was taught none ends with its first end, and opens nothing', () => {
  const { chapters: _, ...templates } = model.text.templates as { chapters?: unknown };
  const without = { ...model, text: { ...model.text, templates, maxPages: 8 } };
  const of = parseManifest({ schema: 1, models: [without] }).models[0] as ModelEntry;
  const script = createScript(createWords(tokenizer, of), of, { prompt: 'an owl', pages: 8, past: [] });
  const page = writtenPage(cases[0]?.told[0] as Told);
  expect([script.opens(), script.after({ ...page, end: 'story' }), script.after(page)]).toEqual([
    undefined,
    'story',
    'page',
  ]);
});
