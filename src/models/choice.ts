/**
 * Chooses the next token from the logits, in the order of Hugging Face's processors:
 * repetition penalty → temperature → top-k → top-p → softmax → inverse of the cumulative sum at u.
 */

export interface Sampling {
  /** 0 is greedy: the likeliest eligible token, after the penalty; topK, topP and u are then not used. */
  readonly temperature: number;
  /** Keeps the likeliest tokens until their probabilities reach topP. 1 is off. */
  readonly topP: number;
  /** Keeps the topK likeliest tokens, ties by lower id. 0 is off. */
  readonly topK: number;
  /** Above 1 makes generated tokens less likely. 1 is off. */
  readonly repetitionPenalty: number;
}

export interface Likely {
  readonly id: number;
  /** In the distribution that is sampled from: after the penalty, temperature, top-k and top-p. */
  readonly probability: number;
}

export interface Choice extends Likely {
  /** The five likeliest, or fewer where fewer are left, in descending order. */
  readonly likeliest: readonly Likely[];
}

/** What the top-k kernel reads back: penalty and temperature applied, ineligible tokens left out. */
export interface Candidates {
  readonly ids: Uint32Array;
  /** In descending order, ties by lower id; each is the penalised logit over the temperature. */
  readonly logits: Float32Array;
  /** Over all eligible tokens, not only the candidates. */
  readonly logSumExp: number;
  /** Are these all the eligible tokens there are? */
  readonly complete: boolean;
}

export type Eligible = (id: number) => boolean;

const likeliestCount = 5;

/**
 * @param generated ids that the penalty applies to @param u uniform, strictly between 0 and 1
 * @throws Error when a logit is NaN or +Infinity, and when no token is eligible
 */
export function chooseToken(
  logits: Float32Array,
  sampling: Sampling,
  eligible: Eligible,
  generated: Iterable<number>,
  u: number,
): Choice {
  const scores = adjust(logits, sampling, eligible, generated);
  const ranked = rank(scores, sampling);
  return choose(ranked.ids, ranked.scores, logSumExp(scores), sampling, u);
}

/**
 * The same choice from the top-k kernel's candidates. Null when they do not cover it: top-k is off or larger than the
 * number of candidates, and their probabilities do not reach topP; or there are none, because nothing is eligible or the
 * logits overflowed. Then read all logits and call chooseToken, which says what is wrong with them.
 */
export function chooseCandidate(candidates: Candidates, sampling: Sampling, u: number): Choice | null {
  const { ids, logits, complete } = candidates;
  if (ids.length === 0) return null;
  const scores = Float64Array.from(logits);
  if (!covers(scores, candidates.logSumExp, complete, sampling)) return null;
  return choose(ids, scores, candidates.logSumExp, sampling, u);
}

function covers(scores: Float64Array, total: number, complete: boolean, sampling: Sampling): boolean {
  if (complete || sampling.temperature === 0) return true;
  if (sampling.topK > 0 && sampling.topK <= scores.length) return true;
  if (sampling.topK > 0 || sampling.topP >= 1) return false;
  return scores.reduce((sum, score) => sum + Math.exp(score - total), 0) >= sampling.topP;
}

/** Penalised, tempered logits; -Infinity where not eligible. [V] */
function adjust(
  logits: Float32Array,
  sampling: Sampling,
  eligible: Eligible,
  generated: Iterable<number>,
): Float64Array {
  const scores = Float64Array.from(logits);
  for (const id of new Set(generated)) {
    const score = scores[id] as number;
    scores[id] = score < 0 ? score * sampling.repetitionPenalty : score / sampling.repetitionPenalty;
  }
  for (let id = 0; id < scores.length; id++) {
    const logit = logits[id] as number;
    if (Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY) {
      throw new Error(
        `Logit ${id} of ${logits.length} is ${logit}: the model's numbers overflowed. Try another backend.`,
      );
    }
    if (!eligible(id)) scores[id] = Number.NEGATIVE_INFINITY;
    else if (sampling.temperature > 0) scores[id] = (scores[id] as number) / sampling.temperature;
  }
  return scores;
}

/** The finite scores in descending order, ties by lower id: the best topK of them where that is on. */
function rank(scores: Float64Array, sampling: Sampling): { ids: Uint32Array; scores: Float64Array } {
  const ids = Uint32Array.from(scores.keys()).filter((id) => scores[id] !== Number.NEGATIVE_INFINITY);
  if (ids.length === 0) throw new Error('No token is eligible: every logit is banned or -Infinity.');
  ids.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const kept = sampling.temperature > 0 && sampling.topK > 0 ? ids.slice(0, sampling.topK) : ids;
  return { ids: kept, scores: Float64Array.from(kept, (id) => scores[id] as number) };
}

function logSumExp(scores: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const score of scores) largest = Math.max(largest, score);
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - largest);
  return largest + Math.log(sum);
}

/** @param total log-sum-exp over all eligible tokens: the denominator while top-k is off */
function choose(ids: Uint32Array, scores: Float64Array, total: number, sampling: Sampling, u: number): Choice {
  const greedy = sampling.temperature === 0;
  const usesTopK = !greedy && sampling.topK > 0;
  const ranked = usesTopK ? scores.subarray(0, sampling.topK) : scores;
  const denominator = usesTopK ? logSumExp(ranked) : total;
  const probabilities = ranked.map((score) => Math.exp(score - denominator));
  const kept = greedy || sampling.topP >= 1 ? probabilities : nucleus(probabilities, sampling.topP);
  const mass = greedy ? 1 : kept.reduce((sum, p) => sum + p, 0);
  const likely = (at: number): Likely => ({ id: ids[at] as number, probability: (kept[at] as number) / mass });
  const likeliest = Array.from({ length: Math.min(likeliestCount, kept.length) }, (_, at) => likely(at));
  return { ...likely(greedy ? 0 : position(kept, u * mass)), likeliest };
}

/** The likeliest until their sum reaches topP; at least one. */
function nucleus(probabilities: Float64Array, topP: number): Float64Array {
  let before = 0;
  let count = 0;
  while (count < probabilities.length && (count === 0 || before < topP)) {
    before += probabilities[count] as number;
    count++;
  }
  return probabilities.subarray(0, count);
}

/** The first position at which the cumulative sum passes the target. */
function position(masses: Float64Array, target: number): number {
  let sum = 0;
  for (let at = 0; at < masses.length; at++) {
    sum += masses[at] as number;
    if (target < sum) return at;
  }
  return masses.length - 1;
}
