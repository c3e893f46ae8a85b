import type { StepCoefficients } from '../gpu/reference.ts';
import type { SamplerName } from '../stages.ts';
import type { Schedule } from '../weights/manifest.ts';

/** One call of the UNet and the step that follows it. */
export interface SamplerCall extends StepCoefficients {
  /** Input of the UNet. */
  readonly timestep: number;
}

/** A whole picture: the UNet calls in order. PNDM makes one more than `steps`. */
export interface SamplerPlan {
  readonly calls: readonly SamplerCall[];
  /** History entries that the calls use: 0 for ddim, 1 for dpm++2m, 3 for pndm. */
  readonly slots: number;
}

/** All coefficients of a sampler, in float64. The initial sample is unit noise for each. @param steps 1…trainSteps */
export function planSampling(schedule: Schedule, sampler: SamplerName, steps: number): SamplerPlan {
  const kept = cumulativeAlphas(schedule);
  if (sampler === 'ddim') return planDdim(schedule, kept, steps);
  if (sampler === 'pndm') return planPndm(schedule, kept, steps);
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
    const { clean, noise } = meaning(schedule.prediction, kept[timestep] as number);
    const before = timestep - ratio;
    const keptBefore = before >= 0 ? (kept[before] as number) : last;
    const [a, b] = [Math.sqrt(keptBefore), Math.sqrt(1 - keptBefore)];
    const next = {
      sample: a * clean.sample + b * noise.sample,
      guided: a * clean.guided + b * noise.guided,
      history: [],
    };
    return { timestep, next, keep: null, clean };
  });
  return { calls, slots: 0 };
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
