/** The next token from a thought: on the GPU the best candidates are found there, and only they are read back. */
import { createBuffer, readBack, upload } from '../gpu/buffers.ts';
import { runKernel } from '../gpu/kernel.ts';
import { packMarks, topKKernel } from '../gpu/kernels.ts';
import { type Choice, chooseCandidate, chooseToken, type Eligible, type Sampling } from './choice.ts';
import type { Thought } from './context.ts';

const CANDIDATES = 64;

export interface Sampler {
  choose(thought: Thought, eligible: Eligible, generated: readonly number[], u: number): Promise<Choice>;
  close(): void;
}

export function createSampler(device: GPUDevice | undefined, sampling: Sampling, vocabulary: number): Sampler {
  const words = 2 * CANDIDATES + 2;
  const marks = device && createBuffer(device, 'marks', 8 * Math.ceil(vocabulary / 32));
  const out = device && createBuffer(device, 'candidates', 4 * words);
  return {
    async choose(thought, eligible, generated, u) {
      if (device && marks && out && thought.logitsBuffer && sampling.temperature > 0) {
        upload(device, marks, packMarks(vocabulary, eligible, generated));
        const { temperature, repetitionPenalty: penalty } = sampling;
        const of = { count: vocabulary, k: CANDIDATES, temperature, penalty };
        await runKernel(device, topKKernel(thought.logitsBuffer, marks, out, of));
        const raw = await readBack(device, out, 4 * words);
        const found = new Uint32Array(raw)[words - 1] as number;
        const candidates = {
          ids: new Uint32Array(raw, 0, found),
          logits: new Float32Array(raw, 4 * CANDIDATES, found),
          logSumExp: new Float32Array(raw)[words - 2] as number,
          complete: found < CANDIDATES,
        };
        const choice = chooseCandidate(candidates, sampling, u);
        if (choice) return choice;
      }
      return chooseToken(await thought.logits(), sampling, eligible, generated, u);
    },
    close() {
      marks?.destroy();
      out?.destroy();
    },
  };
}
