/**
 * MiniGPT-5's layout: what was told stands as text and pictures, and then it is asked for a page. Every page is a context
 * of its own, whose text is encoded in one piece; where two begin alike the decoder's buffers are kept.
 */
import type { Sight } from '../stages.ts';
import type { ModelEntry, Templates } from '../weights/manifest.ts';
import type { Opening, Script } from './script.ts';
import { fill, type Words } from './tokens.ts';

interface Item {
  readonly text: string;
  readonly sight: Sight | undefined;
}

export function historyScript(
  words: Words,
  { shape, text }: ModelEntry,
  templates: Extract<Templates, { layout: 'history' }>,
  { prompt: typed, sight, past }: Opening,
): Script {
  const { prompt, told, next, first } = templates;
  const said = words.prompt(typed);
  const items: Item[] = past.map((page) => ({ text: page.text, sight: page.picture?.sight }));
  if (prompt.is === 'told' || sight) items.unshift({ text: said, sight });
  /** Room for a whole page, where a page leaves any to the history. */
  const room = Math.min(text.sampling.maxNewTokens + shape.K + 1, Math.floor(shape.S / 2));
  const isFirst = () => items.length === 0 && first !== undefined;

  function cleaned(): string {
    const spaced = [...said].map((each) => (prompt.blank.includes(each) ? ' ' : each)).join('');
    const plain = spaced.replace(/\s+/g, ' ').trim();
    return prompt.lower ? plain.toLowerCase() : plain;
  }

  function stands({ text: caption, sight: seen }: Item, at: number): { text: string; sights: Sight[] } {
    const form = told[at % told.length] as string;
    const filled = fill(form, { text: words.plain(caption.trim()), sight: seen ? templates.sight : templates.unseen });
    return { text: filled, sights: seen && form.includes('{sight}') ? [seen] : [] };
  }

  function tokensFrom(from: number) {
    const ask = isFirst() ? fill(first as string, { prompt: cleaned() }) : (next[items.length % next.length] ?? '');
    const history = items.slice(from).map((item, i) => stands(item, from + i));
    const whole = templates.open + history.map((each) => each.text).join('') + ask;
    return { ids: [text.bos, ...words.encode(whole)], sights: history.flatMap((each) => each.sights) };
  }

  return {
    tokens() {
      const turn = Math.max(told.length, 1);
      const excess = Math.max(0, items.length - templates.window);
      // What was told longest ago is forgotten first: beyond the window, and where the context has no room for it.
      for (let from = Math.ceil(excess / turn) * turn; ; from += turn) {
        const tokens = tokensFrom(from);
        if (tokens.ids.length + room <= shape.S || from >= items.length) return tokens;
      }
    },
    given: () => (isFirst() ? said : ''),
    opens: () => undefined,
    reserve: shape.K + 1,
    after: ({ end }) => end,
    add(page, seen) {
      items.push({ text: page.text, sight: seen });
    },
  };
}
