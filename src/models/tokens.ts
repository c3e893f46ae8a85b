/** Text to token ids and back, and the layout of a story in tokens (docs/contract.md). */
import { Tokenizer } from '@huggingface/tokenizers';
import type { ModelEntry } from '../weights/manifest.ts';

const LONGEST_PROMPT = 600;
const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const OTHER_BRACKETS: Record<string, string> = { '[': '(', ']': ')', '<': '(', '>': ')' };

/** A prompt that cannot be taken for the layout: no brackets, no ###, no control characters, one line, 600 characters. */
export function neutral(prompt: string): string {
  const plain = prompt
    .replace(LONE_SURROGATE, '')
    .replace(HIDDEN, '')
    .replace(/#+/g, ' ')
    .replace(/[[\]<>]/g, (bracket) => OTHER_BRACKETS[bracket] as string)
    .replace(/\s+/g, ' ')
    .trim();
  return [...plain].slice(0, LONGEST_PROMPT).join('').trim();
}

/** The beginning of a neutral prompt that has at most `most` tokens. Byte-level: a character may be four of them. */
function shortened(prompt: string, most: number, encode: (text: string) => number[]): string {
  let kept = prompt;
  for (;;) {
    const over = encode(kept).length - most;
    if (over <= 0) return kept;
    kept = [...kept]
      .slice(0, -Math.ceil(over / 4))
      .join('')
      .trimEnd();
  }
}

export interface Layout {
  /** Ids of the opening, with <bos>; Q image tokens stand where a reader's picture is seen. */
  open(prompt: string, pages: number, withPicture: boolean): number[];
  /** Ids of a picture that was painted, with its Q image tokens. */
  readonly sight: readonly number[];
  /** Ids before page `page`. */
  next(page: number, pages: number): number[];
  /** Text of ids; marks and vokens are left out. */
  text(ids: readonly number[]): string;
  encode(text: string): number[];
}

export function createLayout(tokenizerJson: unknown, model: ModelEntry): Layout {
  const tokenizer = new Tokenizer(tokenizerJson as object, {});
  const { templates, bos } = model.text;
  const { imageTokenId, Q, S } = model.shape;
  const encode = (text: string) => [...tokenizer.encode(text, { add_special_tokens: false }).ids];
  const expand = (ids: number[]) => ids.flatMap((id) => (id === imageTokenId ? new Array<number>(Q).fill(id) : [id]));
  const fill = (template: string, values: Record<string, string | number>) =>
    template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  return {
    open(prompt, pages, withPicture) {
      const template = withPicture ? templates.openWithPicture : templates.open;
      // A quarter of the context: the rest is the story's.
      const told = shortened(neutral(prompt), Math.floor(S / 4), encode);
      return [bos, ...expand(encode(fill(template, { prompt: told, pages })))];
    },
    sight: expand(encode(templates.sight)),
    next: (page, pages) => encode(fill(templates.next, { page, pages })),
    text: (ids) =>
      ids.length === 0
        ? ''
        : tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
    encode,
  };
}
