import type { StepCoefficients } from '../gpu/reference.ts';
import type { SamplerName } from '../stages.ts';
import type { Schedule } from '../weights/manifest.ts';

/** One call of the UNet and the step that follows it. */
export interface SamplerCall extends StepCoefficients {
  /** Input of the UNet. */
  readonly timestep: number;
  /** Slot 0 of the history is filled with noise of this step before it is taken. */
  readonly noisy?: true;
}

/** A whole picture: the UNet calls in order. PNDM makes one more than `steps`. */
export interface SamplerPlan {
  readonly calls: readonly SamplerCall[];
  /** History entries that the calls use: 0 for ddim and euler, 1 for dpm++2m and tcd, 3 for pndm. */
  readonly slots: number;
}

/** All coefficients of a sampler, in float64. The initial sample is unit noise for each. @param steps 1…trainSteps */
export function planSampling(schedule: Schedule, sampler: SamplerName, steps: number): SamplerPlan {
  const kept = cumulativeAlphas(schedule);
  if (sampler === 'ddim') return planDdim(schedule, kept, steps);
  if (sampler === 'pndm') return planPndm(schedule, kept, steps);
  if (sampler === 'euler') return planEuler(schedule, kept, steps);
  if (sampler === 'tcd') return planTcd(schedule, kept, steps);
  sampler satisfies 'dpm++2m';
  return planDpm(schedule, kept, steps);
}

/** ᾱ of each training step. */
function cumulativeAlphas({ trainSteps, betaStart, betaEnd, betaKind }: Schedule): Float64Array {
  const kept = new Float64Array(trainSteps);
  const cosine = (t: number) => Math.cos(((t + 0.008) / 1.008) * (Math.PI / 2)) ** 2; // Nichol & Dhariwal 2021
  let product = 1;
  for (let i = 0; i < trainSteps; i++) {
    const root = Math.sqrt(betaStart) + ((Math.sqrt(betaEnd) - Math.sqrt(betaStart)) * i) / (trainSteps - 1);
    const beta =
      betaKind === 'scaled_linear'
        ? root ** 2
        : Math.min(1 - cosine((i + 1) / trainSteps) / cosine(i / trainSteps), 0.999);
    product *= 1 - beta;
    kept[i] = product;
  }
  return kept;
}

/** The clean picture and the noise that a prediction g at x means, each as coefficients of (x, g). */
function meaning(prediction: Schedule['prediction'], kept: number) {
  const alpha = Math.sqrt(kept);
  const sigma = Math.sqrt(1 - kept);
  return prediction === 'v_prediction'
    ? { clean: { sample: alpha, guided: -sigma }, noise: { sample: sigma, guided: alpha } }
    : { clean: { sample: 1 / alpha, guided: -sigma / alpha }, noise: { sample: 0, guided: 1 } };
}

/** The clean picture with its noise at another ᾱ. */
function atNoise({ clean, noise }: ReturnType<typeof meaning>, kept: number) {
  const [a, b] = [Math.sqrt(kept), Math.sqrt(1 - kept)];
  return { sample: a * clean.sample + b * noise.sample, guided: a * clean.guided + b * noise.guided };
}

/** Half to even, as numpy rounds. */
function round(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Descending. */
function timestepsOf({ trainSteps, spacing, stepsOffset }: Schedule, steps: number, ratio: number): number[] {
  const each = Array.from({ length: steps }, (_, i) => i);
  if (spacing === 'trailing') return each.map((i) => round(trainSteps - (i * trainSteps) / steps) - 1);
  return each.map((i) => (steps - 1 - i) * ratio + stepsOffset);
}

/** Song et al. 2021 with eta 0. After the last step stands ᾱ = 1 with trailing spacing, ᾱ of step 0 with leading. */
function planDdim(schedule: Schedule, kept: Float64Array, steps: number): SamplerPlan {
  const ratio = Math.floor(schedule.trainSteps / steps);
  const last = schedule.spacing === 'trailing' ? 1 : (kept[0] as number);
  const calls = timestepsOf(schedule, steps, ratio).map((timestep): SamplerCall => {
    const means = meaning(schedule.prediction, kept[timestep] as number);
    const before = timestep - ratio;
    const keptBefore = before >= 0 ? (kept[before] as number) : last;
    return { timestep, next: { ...atNoise(means, keptBefore), history: [] }, keep: null, clean: means.clean };
  });
  return { calls, slots: 0 };
}

/**
 * Karras et al. 2022, of first order, with no noise after the last step. In the sample's own scale, x / √(σ² + 1), a step
 * of it is DDIM's from timestep to timestep; only diffusers' trailing start differs, by σ / √(σ² + 1), 0.2 % for SD.
 */
function planEuler(schedule: Schedule, kept: Float64Array, steps: number): SamplerPlan {
  const timesteps = timestepsOf(schedule, steps, Math.floor(schedule.trainSteps / steps));
  const calls = timesteps.map((timestep, i): SamplerCall => {
    const means = meaning(schedule.prediction, kept[timestep] as number);
    const keptNext = i + 1 < steps ? (kept[timesteps[i + 1] as number] as number) : 1;
    return { timestep, next: { ...atNoise(means, keptNext), history: [] }, keep: null, clean: means.clean };
  });
  return { calls, slots: 0 };
}

/** γ of Zheng et al. 2024 (TCD), their own and diffusers' default: how far each step overshoots before noise is added. */
const GAMMA = 0.3;
/** Steps that the model was distilled from (TCD and LCM): timesteps are some of theirs. */
const DISTILLED_FROM = 50;

/** Trajectory consistency: a jump to ⌊(1 − γ)·next⌋, then noise up to the next timestep. History: that noise. */
function planTcd({ trainSteps, prediction }: Schedule, kept: Float64Array, steps: number): SamplerPlan {
  const all = Math.max(DISTILLED_FROM, steps);
  const ratio = Math.floor(trainSteps / all);
  const timesteps = Array.from({ length: steps }, (_, i) => ratio * (all - Math.floor((i * all) / steps)) - 1);
  const calls = timesteps.map((timestep, i): SamplerCall => {
    const means = meaning(prediction, kept[timestep] as number);
    const after = timesteps[i + 1];
    if (after === undefined) {
      const next = { ...atNoise(means, kept[0] as number), history: [] };
      return { timestep, next, keep: null, clean: means.clean };
    }
    const keptJump = kept[Math.floor((1 - GAMMA) * after)] as number;
    const share = (kept[after] as number) / keptJump;
    const jump = atNoise(means, keptJump);
    const next = {
      sample: Math.sqrt(share) * jump.sample,
      guided: Math.sqrt(share) * jump.guided,
      history: [Math.sqrt(1 - share)],
    };
    return { timestep, next, keep: null, clean: means.clean, noisy: true };
  });
  return { calls, slots: 1 };
}

/** DPM-Solver++ 2M, midpoint, last step of first order (Lu et al. 2022). History: the clean picture of the call before. */
function planDpm(schedule: Schedule, kept: Float64Array, steps: number): SamplerPlan {
  const ratio = Math.floor(schedule.trainSteps / (steps + 1));
  // With leading spacing it leaves out the lowest timestep of steps + 1.
  const timesteps =
    schedule.spacing === 'leading'
      ? timestepsOf(schedule, steps + 1, ratio).slice(0, steps)
      : timestepsOf(schedule, steps, ratio);
  const at = (i: number) => {
    const share = i < steps ? (kept[timesteps[i] as number] as number) : 1;
    return { alpha: Math.sqrt(share), sigma: Math.sqrt(1 - share), lambda: 0.5 * Math.log(share / (1 - share)) };
  };
  const calls = timesteps.map((timestep, i): SamplerCall => {
    const [from, to] = [at(i), at(i + 1)];
    const { clean } = meaning(schedule.prediction, kept[timestep] as number);
    const h = to.lambda - from.lambda;
    const pull = -to.alpha * Math.expm1(-h); // of the clean picture
    const extra = i === 0 || i === steps - 1 ? 0 : (0.5 * pull * h) / (from.lambda - at(i - 1).lambda);
    const next = {
      sample: to.sigma / from.sigma + (pull + extra) * clean.sample,
      guided: (pull + extra) * clean.guided,
      history: [-extra],
    };
    return { timestep, next, keep: { slot: 0, ...clean }, clean };
  });
  return { calls, slots: 1 };
}

/** PLMS: PNDM without Runge–Kutta steps, as Stable Diffusion runs it (Liu et al. 2022). History: the last predictions. */
function planPndm(schedule: Schedule, kept: Float64Array, steps: number): SamplerPlan {
  const ratio = Math.floor(schedule.trainSteps / steps);
  const plain = timestepsOf(schedule, steps, ratio);
  // The second timestep is taken twice: the first pass over it only improves the first step.
  const timesteps = steps > 1 ? [plain[0], plain[1], ...plain.slice(1)] : plain;
  const slots = 3;
  const transfer = (from: number, to: number) => {
    const share = kept[from] as number;
    const shareTo = to >= 0 ? (kept[to] as number) : (kept[0] as number);
    const divisor = share * Math.sqrt(1 - shareTo) + Math.sqrt(share * (1 - share) * shareTo);
    const noise = -(shareTo - share) / divisor;
    const v = schedule.prediction === 'v_prediction';
    return {
      sample: Math.sqrt(shareTo / share) + (v ? noise * Math.sqrt(1 - share) : 0),
      prediction: v ? noise * Math.sqrt(share) : noise,
    };
  };
  const kinds = [[1], [1.5, -0.5], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]];
  let made = 0; // predictions kept so far
  const calls = timesteps.map((timestep, i): SamplerCall => {
    const { clean } = meaning(schedule.prediction, kept[timestep as number] as number);
    const t = timestep as number;
    if (i === 1) {
      // Back to the sample of call 0, x₀ = (x − B·e₀) / A, and on with the mean of both predictions.
      const first = transfer(timesteps[0] as number, (timesteps[0] as number) - ratio);
      const again = transfer(t + ratio, t);
      const next = {
        sample: again.sample / first.sample,
        guided: again.prediction / 2,
        history: [again.prediction / 2 - (again.sample * first.prediction) / first.sample, 0, 0],
      };
      return { timestep: t, next, keep: null, clean };
    }
    const weights = kinds[Math.min(made, 3)] as number[];
    const { sample, prediction } = transfer(t, t - ratio);
    const history = [0, 0, 0];
    weights.slice(1).forEach((weight, age) => {
      history[(made - 1 - age) % slots] = prediction * weight;
    });
    const next = { sample, guided: prediction * (weights[0] as number), history };
    const keep = { slot: made % slots, sample: 0, guided: 1 };
    made += 1;
    return { timestep: t, next, keep, clean };
  });
  return { calls, slots };
}
