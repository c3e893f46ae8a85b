import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { step } from '../gpu/reference.ts';
import type { SamplerName } from '../stages.ts';
import type { Schedule } from '../weights/manifest.ts';
import { planSampling } from './schedule.ts';

const schedules: Record<string, Schedule> = {
  tiny: {
    trainSteps: 1000,
    betaStart: 1e-4,
    betaEnd: 0.02,
    betaKind: 'squaredcos_cap_v2',
    prediction: 'v_prediction',
    stepsOffset: 0,
    spacing: 'trailing',
  },
  sd: {
    trainSteps: 1000,
    betaStart: 0.00085,
    betaEnd: 0.012,
    betaKind: 'scaled_linear',
    prediction: 'epsilon',
    stepsOffset: 1,
    spacing: 'leading',
  },
  turbo: {
    trainSteps: 1000,
    betaStart: 0.00085,
    betaEnd: 0.012,
    betaKind: 'scaled_linear',
    prediction: 'epsilon',
    stepsOffset: 1,
    spacing: 'trailing',
  },
};

interface Walk {
  schedule: string;
  sampler: SamplerName;
  steps: number;
  timesteps: number[];
  samples: number[][];
}

/** Written by python/interleaf/exporting/schedules.py with diffusers' own schedulers. */
const walks = JSON.parse(readFileSync(new URL('../../golden/schedules.json', import.meta.url), 'utf8')) as Walk[];

test.each(walks)(
  '$sampler, $schedule, $steps steps equals diffusers',
  ({ schedule, sampler, steps, timesteps, samples }) => {
    const plan = planSampling(schedules[schedule] as Schedule, sampler, steps);
    expect(plan.calls.map((call) => call.timestep)).toEqual(timesteps);
    // Float64 arrays: the reference step is generic in what it computes with.
    const arrays = {
      sample: [1.5, -0.75, 0.25, -2],
      history: new Array(4 * plan.slots).fill(0),
      clean: new Array(4).fill(0),
    };
    plan.calls.forEach((call, k) => {
      const prediction = arrays.sample.map((x, i) => 0.5 * x * Math.cos(call.timestep / 300) + 0.1 * i);
      // What schedules.py gives for noise, too.
      if (call.noisy) arrays.history = [0, 1, 2, 3].map((i) => Math.cos(k + i));
      const guidance = { scale: 1, conditionedAt: 0, nullAt: 0 };
      step({ prediction, ...arrays } as unknown as Parameters<typeof step>[0], call, guidance);
      arrays.sample.forEach((x, i) => {
        const expected = samples[k]?.[i] as number;
        // diffusers keeps ᾱ in float32, and PNDM divides by an ᾱ of 2e-9 at the cosine schedule's first step.
        expect(Math.abs(x - expected) / (1 + Math.abs(expected))).toBeLessThan(
          sampler === 'pndm' && schedule === 'tiny' ? 5e-4 : 2e-5,
        );
      });
    });
  },
);
