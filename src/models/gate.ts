/**
 * The gate for copied words. The model copies names and unknown nouns from the prompt into the story, so what must not
 * stand in a child's book is taken out before the model reads it, and looked for again in what the model wrote. The same
 * rules and data as python/interleaf/stories/gate.py; the lists are short and in English: a first line, not a promise.
 */
import type { ModelEntry } from '../weights/manifest.ts';
import data from './gate.json' with { type: 'json' };

/** Addresses, and numbers of six digits or more. */
const PRIVATE = /\S+@\S+\.\S+|(?:https?:\/\/|www\.)\S+|\+?\d[\d\s()./-]{4,}\d/gu;
/** Letters with an apostrophe or a hyphen between them. */
const COPIED = /^\p{L}+(?:['’-]\p{L}+)*$/u;
/** "b a d" */
const SPACED = /(?<!\S)(?:\S[\s.*_-]+){2,}\S(?!\S)/gu;
const AROUND = /^[.,;:!?"'()…]+|[.,;:!?"'()…]+$/gu;

const A = 97;
const rot13 = (word: string) =>
  word.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - A + 13) % 26) + A));
const anywhere = data.anywhere.map(rot13);
const words = new Set(data.words.map(rot13));
const fine = new Set(data.fine);
const folds: Record<string, string> = data.folds;

/** Letters only: "B4ád" and "b.a.d" are "bad". */
export function fold(word: string): string {
  const plain = word.replace(AROUND, '').toLowerCase().normalize('NFKD');
  return [...plain]
    .map((letter) => folds[letter] ?? letter)
    .filter((letter) => /^[a-z]$/.test(letter))
    .join('');
}

/** Whether a word, however it is spelt, is on the list. */
export function blocked(word: string): boolean {
  const folded = fold(word);
  if (fine.has(folded)) return false;
  const spellings = [folded, folded.replace(/(.)\1{2,}/g, '$1'), folded.replace(/(.)\1{2,}/g, '$1$1')];
  return spellings.some((spelt) => words.has(spelt) || anywhere.some((root) => spelt.includes(root)));
}

/** Whether a name or a noun may be copied: letters, not too many, and not on the list. */
export function allowed(word: string): boolean {
  return [...word].length <= data.longest && COPIED.test(word) && !blocked(word);
}

/** Whether no part of it is blocked or endless. */
function passes(word: string): boolean {
  const parts = word.split(/[-/_.,]/);
  return ![word, ...parts].some(blocked) && parts.every((part) => fold(part).length <= data.longest);
}

/** The prompt without blocked or endless words, addresses and long numbers; the rest of it stands and is told. */
export function gate(prompt: string): string {
  const kept = prompt
    .replace(PRIVATE, ' ')
    .replace(SPACED, (found) => (blocked(found) ? ' ' : found))
    .split(/\s+/)
    .filter((word) => word && passes(word))
    .join(' ');
  // What stood around a word that is gone may be one together.
  return kept === spaced(prompt) ? kept : gate(kept);
}

/** Its words, with a space between them. */
export const spaced = (text: string): string => text.split(/\s+/).filter(Boolean).join(' ');

/** What of a prompt is told, by the manifest's `text.gate`: all of it without one. */
export function gated(prompt: string, rule: ModelEntry['text']['gate']): string {
  return rule ? gate(prompt) || rule.instead : prompt;
}

/** Whether a page may be shown. */
export function clean(text: string): boolean {
  return gate(text) === spaced(text);
}
