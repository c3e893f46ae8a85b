/** A seed: a uint32, typed or thrown with a dice. */
import { InputError } from '../errors.ts';

const MOST = 2 ** 32 - 1;

/** Empty means: throw the dice. */
export function parseSeed(typed: string, dice: () => number = throwDice): number {
  const text = typed.trim();
  if (text === '') return dice();
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seed <= MOST)) {
    throw new InputError('bad-option', `The seed "${text}" must be a whole number from 0 to ${MOST}.`);
  }
  return seed;
}

export function throwDice(): number {
  const [seed] = crypto.getRandomValues(new Uint32Array(1));
  // Six digits can be read aloud and typed again.
  return (seed ?? 0) % 1_000_000;
}
