/** Where the nodes of a graph are computed, as ONNX Runtime says while it loads them. For tests. */
import fs from 'node:fs';
import { vi } from 'vitest';

export interface Placement {
  readonly onGpu: number;
  /** The nodes on the CPU, as `Operator (name)`. */
  readonly onCpu: readonly string[];
  /** Values that the CPU waits for a GPU to compute. */
  readonly toCpu: readonly string[];
  /** Values of the CPU that a GPU computes with. */
  readonly toGpu: readonly string[];
}

/** Of a session that is created so. */
export const verbose = { logSeverityLevel: 0, logVerbosityLevel: 1 } as const;

/** In node ONNX Runtime writes past the console, to the streams themselves. */
export function listen() {
  const lines: string[] = [];
  const write = vi.spyOn(fs, 'writeSync').mockImplementation((_, text) => {
    lines.push(String(text));
    return 0;
  });
  return {
    /** What is told of the one session that is created meanwhile. */
    async placement<T>(create: () => Promise<T>): Promise<{ session: T; placement: Placement }> {
      lines.length = 0;
      const session = await create();
      return { session, placement: placementIn(lines.join('\n')) };
    },
    end: () => write.mockRestore(),
  };
}

/** Either all nodes have one provider, or each provider lists its nodes as `Operator (name)`. */
export function placementIn(text: string): Placement {
  const all = /All nodes placed on \[(\w+)\]\. Number of nodes: (\d+)/.exec(text);
  const copied = (how: string) =>
    [...text.matchAll(new RegExp(`Add Memcpy${how} \\w+ (\\S+) for`, 'g'))].map((found) => found[1] as string);
  const copies = { toCpu: copied('ToHost'), toGpu: copied('FromHost') };
  if (all?.[1] === 'WebGpuExecutionProvider') return { onGpu: Number(all[2]), onCpu: [], ...copies };
  const counts = [...text.matchAll(/Node\(s\) placed on \[(\w+)\]\. Number of nodes: (\d+)/g)];
  if (counts.length === 0) throw new Error(`ONNX Runtime did not say where it computes:\n${text.slice(-2000)}`);
  const onCpu: string[] = [];
  let onGpu = 0;
  for (const { 0: heading, 1: provider, 2: count, index } of counts) {
    const nodes = [...text.slice(index + heading.length).matchAll(/VerifyEachNode\w+\]\s+(\w+ \(.*\))/g)];
    if (provider === 'WebGpuExecutionProvider') onGpu += Number(count);
    else onCpu.push(...nodes.slice(0, Number(count)).map((node) => node[1] as string));
  }
  return { onGpu, onCpu, ...copies };
}
