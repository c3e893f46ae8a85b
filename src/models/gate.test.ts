import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allowed, blocked, clean, gate, gated } from './gate.ts';

/** A word of the list, in rot13 there and here. */
const BAD = [...'zheqre'].map((c) => String.fromCharCode(((c.charCodeAt(0) - 97 + 13) % 26) + 97)).join('');
const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as unknown;

test('the data is the companion’s', () => {
  expect(read('./gate.json')).toEqual(read('../../python/interleaf/stories/gate.json'));
});

describe('a word is known however it is spelt', () => {
  const spelt = [
    BAD,
    BAD.toUpperCase(),
    BAD.replaceAll('e', '3'),
    BAD.replaceAll('u', 'uuuu'),
    [...BAD].join('.'),
    [...BAD].join(' '),
    `${BAD}!`,
    BAD.replaceAll('u', 'ú'),
  ];
  test.each(spelt)('%#', (word) => {
    expect(blocked(word)).toBe(true);
    expect(allowed(word)).toBe(false);
    expect(gate(`a bear ${word} in the snow`)).toBe('a bear in the snow');
  });
});

test.each([
  ['a b c with a cat', 'a b c with a cat'],
  ['tell pip@example.org about a cat', 'tell about a cat'],
  ['a cat, see https://example.org/x?y=1 now', 'a cat, see now'],
  ['a cat called +44 20 7946 0000 please', 'a cat called please'],
  [`a cat called ${'x'.repeat(25)} and ${'y'.repeat(24)}`, `a cat called and ${'y'.repeat(24)}`],
  ['a happy-go-lucky-and-rather-small cat', 'a happy-go-lucky-and-rather-small cat'],
  [
    '海岸でカメが凧を見つけたのでみんなに見せようと思いました',
    '海岸でカメが凧を見つけたのでみんなに見せようと思いました',
  ],
  ['for my son, he is 4, in 5 pages', 'for my son, he is 4, in 5 pages'],
])('%s', (prompt, left) => {
  expect(gate(prompt)).toBe(left);
});

test('what stands around a word that goes is read together', () => {
  const [a, ...rest] = BAD;
  expect(gate(`a bear ${a} ${BAD} ${rest.join(' ')}`)).toBe('a bear');
});

test('where nothing is left of a prompt another one stands for it, if the model asks for a gate', () => {
  const rule = { instead: 'a story please' };
  expect([gated(`an owl, ${BAD}`, rule), gated(`${BAD} ${BAD}`, rule)]).toEqual(['an owl,', 'a story please']);
  expect(gated(`an owl,  ${BAD}`, undefined)).toBe(`an owl,  ${BAD}`);
});

test.each(['Zorvik', 'Anne-Marie', "O'Neill", 'Schildkröte', 'Bob', 'Peacock', 'Pussycat'])(
  '%s may be copied',
  (name) => {
    expect(allowed(name)).toBe(true);
  },
);

test.each(['R2D2', 'x'.repeat(25), 'a b', '', '-', '<b>'])('%j is no name', (name) => {
  expect(allowed(name)).toBe(false);
});

test('a page may be shown when nothing would be taken out of it', () => {
  expect(clean('Pip the owl was on the beach.  "Oh!" said Pip.')).toBe(true);
  expect(clean(`Pip the owl said ${BAD}.`)).toBe(false);
});
