/** Text to token ids and back (docs/contract.md). */
import { Tokenizer } from '@huggingface/tokenizers';
import type { ModelEntry } from '../weights/manifest.ts';
import { gated } from './gate.ts';

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

export interface Words {
  /** Ids of a text as it stands, with no <bos>; Q image tokens where it has <ImageHere>. */
  encode(text: string): number[];
  /** Text of ids; marks and vokens are left out. */
  text(ids: readonly number[]): string;
  /** One token as it reads in the middle of a text. */
  piece(id: number): string;
  /**
   * A prompt as it is told: without what the model's gate keeps out, neutral, and no longer than a quarter of the context;
   * the rest is the story's.
   */
  prompt(typed: string): string;
  /** A text that was told, without what would be taken for a voken or the place of a picture. */
  plain(told: string): string;
}

/** Of a model entry, its shape and its gate matter. */
export function createWords(
  tokenizerJson: unknown,
  { shape, text: rules }: Pick<ModelEntry, 'shape'> & { readonly text?: Pick<ModelEntry['text'], 'gate'> },
): Words {
  const tokenizer = new Tokenizer(tokenizerJson as object, {});
  const { imageTokenId, vokenIds, Q, S } = shape;
  const plainIds = (text: string) => [...tokenizer.encode(text, { add_special_tokens: false }).ids];
  const decode = (ids: readonly number[], marks: boolean) =>
    tokenizer.decode([...ids], { skip_special_tokens: !marks, clean_up_tokenization_spaces: false });
  const encode = (text: string) =>
    plainIds(text).flatMap((id) => (id === imageTokenId ? new Array<number>(Q).fill(id) : [id]));
  const text = (ids: readonly number[]) => (ids.length === 0 ? '' : decode(ids, false));
  const marks = [...vokenIds, imageTokenId].map((id) => decode([id], true).trim()).filter((mark) => mark !== '');
  // What stands before a token decides whether it begins with a space.
  const before = plainIds('a');
  const beforeLength = text(before).length;
  return {
    encode,
    text,
    piece: (id) => text([...before, id]).slice(beforeLength),
    prompt: (typed) => shortened(neutral(gated(typed, rules?.gate)), Math.floor(S / 4), encode),
    plain: (told) => marks.reduce((kept, mark) => kept.replaceAll(mark, ''), told),
  };
}

/** {name}s of a template, filled in at once, so that no value is taken for a template. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}
