import fc from 'fast-check';
import { expect, test } from 'vitest';
import { philox } from '../gpu/philox.ts';
import { pictureStream, randomStream, textStream } from './random.ts';
import { golden } from './shipped.ts';

test('uniforms and normals equal Python’s', () => {
  const wanted = golden<{ seed: number; stream: number; normals: number[]; uniforms: number[] }>('random');
  const random = randomStream(wanted.seed, wanted.stream);
  expect(wanted.uniforms.map((_, index) => random.uniform(index))).toEqual(wanted.uniforms);
  const got = random.normals(wanted.normals.length);
  // float32 of the same float64 but for the last bits of log, cos and sin.
  wanted.normals.forEach((value, e) => expect(Math.abs((got[e] as number) - value)).toBeLessThan(1e-6));
});

test('philox equals the published vectors of Random123', () => {
  // https://github.com/DEShawResearch/random123/blob/main/tests/kat_vectors: the one whose counter is ours to set.
  const words = new Uint32Array(4);
  philox(words, 0, 0, 0);
  expect([...words]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
});

const uint32 = fc.integer({ min: 0, max: 0xffffffff });

test('a uniform lies strictly between 0 and 1, and is the same twice', () => {
  fc.assert(
    fc.property(uint32, uint32, uint32, (seed, stream, index) => {
      const u = randomStream(seed, stream).uniform(index);
      expect(u).toBeGreaterThan(0);
      expect(u).toBeLessThan(1);
      expect(randomStream(seed, stream).uniform(index)).toBe(u);
    }),
  );
});

test('fewer normals are the beginning of more', () => {
  fc.assert(
    fc.property(uint32, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 70 }), (seed, few, more) => {
      const all = randomStream(seed, 3).normals(few + more);
      expect(randomStream(seed, 3).normals(few)).toEqual(all.slice(0, few));
    }),
  );
});

test('no two pages, nor a page’s text and picture, share a stream', () => {
  const streams = Array.from({ length: 40 }, (_, i) => [textStream(i + 1), pictureStream(i + 1)]).flat();
  expect(new Set(streams).size).toBe(80);
});
