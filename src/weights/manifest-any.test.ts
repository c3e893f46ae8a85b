import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManifestError } from '../errors.ts';
import { parseManifest } from './manifest.ts';

const shipped = readFileSync(new URL('../../public/weights-manifest.json', import.meta.url), 'utf8');

/** Every place in a value, as the keys that lead there. */
function placesOf(value: unknown, before: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [before];
  return [before, ...Object.entries(value).flatMap(([key, each]) => placesOf(each, [...before, key]))];
}
const places = placesOf(JSON.parse(shipped)).filter((keys) => keys.length > 0);

test('a list of models with anything at any place is read whole, or refused by a ManifestError (R21)', () => {
  const absurd = fc.constantFrom(-1, 0.5, 2 ** 53, 1e308, '', '../x', 'https://a.test/', null, [], {});
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.oneof(absurd, fc.jsonValue()), (keys, value) => {
      const manifest = JSON.parse(shipped);
      const last = keys.at(-1) as string;
      const holder = keys.slice(0, -1).reduce((of, key) => of[key], manifest);
      holder[last] = value;
      try {
        const { models } = parseManifest(manifest);
        // What got through has files whose chunks are as many as their bytes need.
        for (const { bytes, chunkBytes, chunks } of models.flatMap(({ files }) => files))
          expect(chunks.length).toBe(Math.ceil(bytes / chunkBytes));
      } catch (error) {
        expect(error).toBeInstanceOf(ManifestError);
      }
    }),
    { numRuns: 300 },
  );
});
