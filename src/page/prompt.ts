/** A prompt as it is told: cleaned of what no reader typed on purpose, and refused where it cannot be told. */
import { InputError } from '../errors.ts';

const MOST_BYTES = 100_000;
// Controls (but tab and newline, which become spaces), and the byte order mark.
const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff]/g;
// What leaves no ink: spaces, joiners and direction marks (which a prompt may well hold), and the empty braille cell.
const INKLESS = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const TITLE_LENGTH = 140;

export function cleanPrompt(typed: string): string {
  const bytes = new TextEncoder().encode(typed).length;
  if (bytes > MOST_BYTES) {
    const kilobytes = Math.ceil(bytes / 1000);
    throw new InputError(
      'prompt-too-long',
      `That is ${kilobytes} kB of text, more than a story can begin with. Please shorten it to a few sentences.`,
    );
  }
  const prompt = typed.replace(LONE_SURROGATE, '').replace(INVISIBLE, '').replace(/\s+/g, ' ').trim();
  if (INKLESS.test(prompt)) throw new InputError('empty-prompt', 'Say in a few words what the story is about.');
  return prompt;
}

/** The prompt as a title: its beginning, with a capital. */
export function titleOf(prompt: string): string {
  const letters = [...prompt];
  const first = letters[0]?.toLocaleUpperCase() ?? '';
  const rest = letters.slice(1, TITLE_LENGTH).join('');
  return letters.length > TITLE_LENGTH ? `${first}${rest.replace(/\s\S*$/, '')}…` : `${first}${rest}`;
}
