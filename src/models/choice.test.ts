import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseCandidate, chooseToken, type Sampling } from './choice.ts';

const everyId = () => true;
const off: Sampling = { temperature: 1, topP: 1, topK: 0, repetitionPenalty: 1 };
const anyLogits = fc
  .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 60 })
  .map((values) => Float32Array.from(values));
const anySampling: fc.Arbitrary<Sampling> = fc.record({
  temperature: fc.double({ min: 0.1, max: 3, noNaN: true }),
  topP: fc.double({ min: 0.05, max: 1, noNaN: true }),
  topK: fc.integer({ min: 0, max: 64 }),
  repetitionPenalty: fc.double({ min: 1, max: 2, noNaN: true }),
});
const anyU = fc.double({ min: 2 ** -25, max: 1 - 2 ** -25, noNaN: true });
const descending = (logits: Float32Array) =>
  [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);

describe('a chosen token', () => {
  test('is eligible, of a probability in 0…1, and the same twice', () => {
    fc.assert(
      fc.property(anyLogits, anySampling, anyU, fc.integer({ min: 2, max: 5 }), (logits, sampling, u, every) => {
        const eligible = (id: number) => id % every === 0;
        const choose = () => chooseToken(logits, sampling, eligible, [0], u);
        const { id, probability, likeliest } = choose();
        expect(eligible(id) && id < logits.length).toBe(true);
        expect(probability > 0 && probability <= 1 + 1e-12).toBe(true);
        expect(likeliest.every((each) => eligible(each.id))).toBe(true);
        expect(choose()).toEqual({ id, probability, likeliest });
      }),
    );
  });

  test('is one of the topK likeliest', () => {
    fc.assert(
      fc.property(anyLogits, anyU, fc.integer({ min: 1, max: 20 }), (logits, u, topK) => {
        const { id } = chooseToken(logits, { ...off, topK }, everyId, [], u);
        expect(descending(logits).slice(0, topK)).toContain(id);
      }),
    );
  });

  test('is one of the fewest whose probabilities reach topP', () => {
    fc.assert(
      fc.property(anyLogits, anyU, fc.double({ min: 0.05, max: 0.99, noNaN: true }), (logits, u, topP) => {
        const { id } = chooseToken(logits, { ...off, topP }, everyId, [], u);
        const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
        const ranked = descending(logits);
        const before = ranked.slice(0, ranked.indexOf(id));
        const mass = before.reduce((sum, each) => sum + Math.exp(logits[each] as number) / total, 0);
        expect(mass).toBeLessThan(topP + 1e-9);
      }),
    );
  });

  test('is the likeliest at temperature 0, whatever u', () => {
    fc.assert(
      fc.property(anyLogits, anyU, (logits, u) => {
        const { id } = chooseToken(logits, { ...off, temperature: 0, topK: 3, topP: 0.5 }, everyId, [], u);
        expect(id).toBe(descending(logits)[0]);
      }),
    );
  });

  test('comes as often as its probability says', () => {
    const logits = Float32Array.of(0, 2, -1, 1);
    const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
    const counts = [0, 0, 0, 0];
    const draws = 4000;
    for (let i = 0; i < draws; i++)
      (counts[chooseToken(logits, off, everyId, [], (i + 0.5) / draws).id] as number) += 1;
    // An even grid of u misses a share by at most one point at each end.
    counts.forEach((count, id) =>
      expect(Math.abs(count - (draws * Math.exp(logits[id] as number)) / total)).toBeLessThanOrEqual(2),
    );
  });
});

test('the penalty makes generated tokens less likely, and counts each once', () => {
  fc.assert(
    fc.property(anyLogits, fc.nat(59), fc.double({ min: 1.01, max: 2, noNaN: true }), (logits, at, penalty) => {
      const id = at % logits.length;
      const share = (generated: number[], repetitionPenalty: number) => {
        const only = (other: number) => other === id || other === (id + 1) % logits.length;
        const { likeliest } = chooseToken(logits, { ...off, repetitionPenalty }, only, generated, 0.5);
        return likeliest.find((each) => each.id === id)?.probability as number;
      };
      expect(share([id], penalty)).toBeLessThanOrEqual(share([], penalty) + 1e-12);
      expect(share([id, id, id], penalty)).toBe(share([id], penalty));
      expect(share([id], 1)).toBe(share([], 1));
    }),
  );
});

test('candidates that cover the choice give the choice of all logits', () => {
  fc.assert(
    fc.property(anyLogits, anySampling, anyU, fc.integer({ min: 1, max: 64 }), (logits, sampling, u, k) => {
      const scores = Float32Array.from(logits, (value) => value / sampling.temperature);
      const ids = Uint32Array.from(descending(scores).slice(0, k));
      const largest = Math.max(...scores);
      const candidates = {
        ids,
        logits: Float32Array.from(ids, (id) => scores[id] as number),
        logSumExp: largest + Math.log(scores.reduce((sum, value) => sum + Math.exp(value - largest), 0)),
        complete: k >= logits.length,
      };
      const got = chooseCandidate(candidates, sampling, u);
      // Both begin with the same float32 scores: else rounding alone could rank two of them differently.
      const expected = chooseToken(scores, { ...sampling, temperature: 1 }, everyId, [], u);
      if (got === null) {
        expect(candidates.complete || (sampling.topK > 0 && sampling.topK <= k)).toBe(false);
      } else {
        expect(got.id).toBe(expected.id);
        expect(got.probability).toBeCloseTo(expected.probability, 9);
      }
    }),
  );
});

describe('bad logits', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is an overflow, named with its place', (bad) => {
    const logits = Float32Array.of(1, bad, 3);
    expect(() => chooseToken(logits, off, everyId, [], 0.5)).toThrow('Logit 1 of 3');
  });

  test('nothing eligible is said, not chosen', () => {
    expect(() => chooseToken(Float32Array.of(1, 2), off, () => false, [], 0.5)).toThrow('No token is eligible');
    const banned = Float32Array.of(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY);
    expect(() => chooseToken(banned, off, everyId, [], 0.5)).toThrow('No token is eligible');
  });

  test('no candidates cover nothing', () => {
    const none = { ids: new Uint32Array(0), logits: new Float32Array(0), logSumExp: 0, complete: true };
    expect(chooseCandidate(none, off, 0.5)).toBeNull();
  });
});
