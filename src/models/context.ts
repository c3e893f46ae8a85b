/** A story's context: token embeddings through the decoder into key/value buffers of fixed length. */
import type { Tensor } from 'onnxruntime-web';
import { createBuffer, readBack } from '../gpu/buffers.ts';
import type { ModelShape, Sight, Tokens } from '../stages.ts';
import type { Variant } from '../weights/manifest.ts';
import type { Engine, Feeds, Graph } from './engine.ts';

/** What the decoder says after a pass. Belongs to the context and is void after the next pass. */
export interface Thought {
  /** Number of tokens fed in this pass. */
  readonly rows: number;
  /** [V] of the last row. */
  logits(): Promise<Float32Array>;
  /** On the GPU, where it is there. */
  readonly logitsBuffer: GPUBuffer | undefined;
  /** Final hidden states of rows from…to, [to − from, D]. */
  hidden(from: number, to: number): Promise<Float32Array>;
}

export interface Context {
  /** Tokens held. */
  readonly length: number;
  feed(tokens: Tokens): Promise<Thought>;
  /** Holds exactly these: what stands in the same places already is kept, the rest, at least one of them, is fed. */
  hold(tokens: Tokens): Promise<Thought>;
  /** Forgets what stands after `length` tokens. Nothing is copied. */
  rewind(length: number): void;
  close(): void;
}

/** How many tokens stand alike at the beginning of both, with whole pictures: the same ones. */
function alike(held: Tokens, wanted: Tokens, { imageTokenId, Q }: ModelShape): number {
  const most = Math.min(held.ids.length, wanted.ids.length - 1);
  let [at, soft] = [0, 0];
  for (; at < most && held.ids[at] === wanted.ids[at]; at++) {
    if (held.ids[at] !== imageTokenId) continue;
    if (held.sights[Math.floor(soft / Q)] !== wanted.sights[Math.floor(soft / Q)]) break;
    soft += 1;
  }
  return at - (soft === 0 ? 0 : soft % Q);
}

/** @param cache what the key/value buffers hold */
export function createContext(
  engine: Engine,
  embed: Graph,
  decoder: Graph,
  shape: ModelShape,
  cache: Variant['cache'] = 'float32',
): Context {
  const { N, kvHeads, S, headDim, D, V } = shape;
  const { Tensor: OrtTensor } = engine.ort;
  const dims = [1, kvHeads, S, headDim];
  const elements = kvHeads * S * headDim;
  const [Elements, elementBytes] = cache === 'float16' ? [Uint16Array, 2] : [Float32Array, 4];
  const names = Array.from({ length: N }, (_, i) => [`${i}.key`, `${i}.value`]).flat();
  const buffers: GPUBuffer[] = [];
  const device = engine.gpu?.device;
  // On the GPU past and present are one buffer, updated in place; on wasm that gives wrong numbers, so present is fed back.
  const past = new Map<string, Tensor>(
    names.map((name) => {
      if (!device) return [name, new OrtTensor(cache, new Elements(elements), dims)];
      const buffer = createBuffer(device, `kv ${name}`, elementBytes * elements);
      buffers.push(buffer);
      return [name, OrtTensor.fromGpuBuffer(buffer, { dataType: cache, dims })];
    }),
  );
  let length = 0;
  let kept: Feeds = {};
  const held: { readonly ids: number[]; readonly sights: Sight[] } = { ids: [], sights: [] };
  const softTokens = (ids: readonly number[]) => ids.filter((id) => id === shape.imageTokenId).length;

  function forget(): void {
    for (const tensor of Object.values(kept)) if (tensor.location === 'gpu-buffer') tensor.dispose();
    kept = {};
  }

  async function embeddings({ ids, sights }: Tokens): Promise<Float32Array> {
    const input = new OrtTensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
    const { inputs_embeds } = await embed.run({ input_ids: input });
    const rows = Float32Array.from((await inputs_embeds?.getData()) as Float32Array);
    inputs_embeds?.dispose();
    const places = ids.flatMap((id, at) => (id === shape.imageTokenId ? [at] : []));
    if (places.length !== sights.length * shape.Q) {
      throw new Error(`${places.length} image tokens for ${sights.length} pictures of ${shape.Q} soft tokens.`);
    }
    places.forEach((at, k) => {
      const sight = sights[Math.floor(k / shape.Q)]?.data as Float32Array;
      rows.set(sight.subarray((k % shape.Q) * D, ((k % shape.Q) + 1) * D), at * D);
    });
    return rows;
  }

  async function feed(tokens: Tokens): Promise<Thought> {
    const rows = tokens.ids.length;
    if (length + rows > S) throw new RangeError(`The story needs ${length + rows} tokens; the context holds ${S}.`);
    const embeds = await embeddings(tokens);
    forget();
    const feeds: Feeds = {
      inputs_embeds: new OrtTensor('float32', embeds, [1, rows, D]),
      attention_mask: new OrtTensor('int64', new BigInt64Array(length + rows).fill(1n), [1, length + rows]),
    };
    const fetches: Record<string, Tensor | null> = { logits: null, hidden_states: null };
    for (const name of names) {
      feeds[`past_key_values.${name}`] = past.get(name) as Tensor;
      fetches[`present.${name}`] = device ? (past.get(name) as Tensor) : null;
    }
    const out = await decoder.run(feeds, fetches);
    if (!device) for (const name of names) past.set(name, out[`present.${name}`] as Tensor);
    length += rows;
    held.ids.push(...tokens.ids);
    held.sights.push(...tokens.sights);
    kept = { logits: out.logits as Tensor, hidden_states: out.hidden_states as Tensor };
    const { logits, hidden_states } = kept as { logits: Tensor; hidden_states: Tensor };
    const slice = async (tensor: Tensor, from: number, to: number) => {
      if (tensor.location === 'gpu-buffer' && device) {
        return new Float32Array(await readBack(device, tensor.gpuBuffer as GPUBuffer, 4 * (to - from), 4 * from));
      }
      return Float32Array.from((tensor.data as Float32Array).subarray(from, to));
    };
    return {
      rows,
      logits: () => slice(logits, 0, V),
      logitsBuffer: logits.location === 'gpu-buffer' ? (logits.gpuBuffer as GPUBuffer) : undefined,
      hidden: (from, to) => slice(hidden_states, from * D, to * D),
    };
  }

  function rewind(to: number): void {
    if (to < 0 || to > length) throw new RangeError(`Cannot rewind a context of ${length} tokens to ${to}.`);
    length = to;
    held.ids.length = to;
    held.sights.length = Math.ceil(softTokens(held.ids) / Math.max(shape.Q, 1));
  }

  return {
    get length() {
      return length;
    },
    feed,
    rewind,
    hold(tokens) {
      const kept = alike(held, tokens, shape);
      rewind(kept);
      return feed({ ids: tokens.ids.slice(kept), sights: tokens.sights.slice(held.sights.length) });
    },
    close() {
      forget();
      for (const buffer of buffers) buffer.destroy();
    },
  };
}
