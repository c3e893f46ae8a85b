import { describe, expect, test } from 'vitest';
import type { ModelShape, Sight } from '../stages.ts';
import { type ModelEntry, parseManifest } from '../weights/manifest.ts';
import type { WrittenPage } from './page.ts';
import { createScript } from './script.ts';
import { golden, shipped } from './shipped.ts';
import { createWords } from './tokens.ts';

interface Told {
  text: string;
  offset: number | null;
  before: number[];
  rest: number[];
  seen: boolean;
  stopped: boolean;
}

interface Case {
  tokenizer: 'tiny' | 'llama';
  shape: ModelShape;
  text: unknown;
  picture: boolean;
  reserve: number;
  stands: { ids: number[]; sights: string[]; given: string }[];
}

interface Golden {
  prompt: string;
  pages: number;
  told: Told[];
  llama: unknown;
  decoded: { ids: number[]; text: string }[];
  cases: Case[];
}

/** Written by python/interleaf/exporting/scripts.py; sights have names there. */
const { prompt, pages, told, llama, decoded, cases } = golden<Golden>('scripts');
const { model, files } = shipped();
const tokenizers = { llama, tiny: JSON.parse(await (files.get(model.text.tokenizer) as Blob).text()) as unknown };
const sights = new Map(
  ['reader', ...told.map((_, i) => `page ${i + 1}`)].map((name) => [name, { data: new Float32Array() } as Sight]),
);
const named = (sight: Sight) => [...sights].find(([, each]) => each === sight)?.[0];

const modelOf = ({ shape, text }: Case): ModelEntry =>
  parseManifest({ schema: 1, models: [{ ...model, shape, text }] }).models[0] as ModelEntry;
const reader = ({ picture }: Case) => (picture ? { sight: sights.get('reader') as Sight } : {});

function pageOf(page: Told, of: ModelEntry): WrittenPage {
  const { text, before, rest, stopped } = page;
  const stop = stopped ? (of.text.stop[0] ?? []) : [];
  const drawn = page.offset !== null;
  return { end: stopped ? 'page' : 'length', tokens: 1, text, drawn, before, rest: [...rest, ...stop] };
}

describe.each(cases.map((each) => [modelOf(each).text.templates.layout, each.tokenizer, each.shape.S, each] as const))(
  '%s, %s, %i tokens',
  (layout, kind, _, it) => {
    const of = modelOf(it);
    const words = createWords(tokenizers[kind], of);

    test('what stands before each page is what stands in Python', () => {
      const script = createScript(words, of, { prompt, pages, past: [], ...reader(it) });
      expect(script.reserve).toBe(it.reserve);
      for (const [i, wanted] of it.stands.entries()) {
        const last = told[i - 1];
        if (last) script.add(pageOf(last, of), last.seen ? sights.get(`page ${i}`) : undefined);
        const { ids, sights: seen } = script.tokens();
        expect({ ids, sights: seen.map(named), given: script.given() }).toEqual(wanted);
      }
    });

    test.skipIf(layout === 'pages')('a story that is taken up again stands as it stood', () => {
      const past = told.slice(0, it.stands.length - 1).map(({ text, offset, seen }, i) => {
        const sight = sights.get(`page ${i + 1}`) as Sight;
        return seen ? { text, picture: { offset: offset ?? 0, sight } } : { text };
      });
      const { ids, sights: seen } = createScript(words, of, { prompt, pages, past, ...reader(it) }).tokens();
      const wanted = it.stands.at(-1);
      expect({ ids, sights: seen.map(named) }).toEqual({ ids: wanted?.ids, sights: wanted?.sights });
    });

    test('what was told and what may still be sampled fit', () => {
      for (const { ids } of it.stands) expect(ids.length + it.reserve).toBeLessThanOrEqual(it.shape.S);
    });
  },
);

describe('a tokenizer of LLaMA’s kind', () => {
  const words = createWords(llama, modelOf(cases.find((each) => each.tokenizer === 'llama') as Case));

  test.each(decoded)('$text', ({ ids, text }) => {
    // Half a character is shown once it is whole.
    expect(words.text(ids).replace(/\ufffd+$/, '')).toBe(text.replace(/\ufffd+$/, ''));
  });

  test('a word keeps its space in the middle of a text', () => {
    const [, ...rest] = words.encode('a dog ran');
    expect(rest.map(words.piece).join('')).toBe(' dog ran');
  });
});
