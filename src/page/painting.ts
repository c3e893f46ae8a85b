/** How a model's pictures may be painted: a UNet that was distilled does what it was distilled for, and nothing else. */
import { SAMPLER_NAMES, type SamplerName } from '../stages.ts';
import type { PictureSettings } from '../story/events.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import { MOST_STEPS } from './asked.ts';

export interface Paintable {
  readonly samplers: readonly SamplerName[];
  readonly steps: readonly [least: number, most: number];
}

/** What may be asked of a model; of any, where it is not known yet. */
export function paintable(model: ModelEntry | undefined): Paintable {
  const picture = model?.picture;
  return picture?.distilled
    ? { samplers: [picture.sampler], steps: picture.distilled.steps }
    : { samplers: SAMPLER_NAMES, steps: [1, MOST_STEPS] };
}

/** Of a distilled model: "Tiny paints with ddim in 4 steps without guidance, for which it was distilled". */
export function paintsOnly({ title, picture }: ModelEntry): string | undefined {
  if (!picture.distilled) return undefined;
  const { sampler, guidance, distilled } = picture;
  const [least, most] = distilled.steps;
  const steps = least === most ? `${least}` : `${least} to ${most}`;
  const guided = guidance === 1 ? 'without guidance' : `with guidance ${guidance}`;
  return `${title} paints with ${sampler} in ${steps} steps ${guided}, for which it was distilled`;
}

/** In a sentence, what of these settings a distilled model cannot do; undefined where it can do all. */
export function notPainted(
  model: ModelEntry,
  { steps, guidance, sampler }: Pick<PictureSettings, 'steps' | 'guidance' | 'sampler'>,
): string | undefined {
  const only = paintsOnly(model);
  const [least, most] = paintable(model).steps;
  if (!only) return undefined;
  const refuse = (name: string, got: string | number) => `${only}; the ${name} cannot be ${got}. Leave that to it.`;
  if (sampler !== model.picture.sampler) return refuse('sampler', sampler);
  if (steps < least || steps > most) return refuse('steps', steps);
  if (guidance !== model.picture.guidance) return refuse('guidance', guidance);
  return undefined;
}
