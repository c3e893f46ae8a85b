/** weights-manifest.json, from unknown to a readonly type. The root of trust: only bytes whose hash stands here are used. */
import * as v from 'valibot';
import { ManifestError } from '../errors.ts';
import type { ModelShape } from '../stages.ts';

/** The newest schema this program reads. */
const SCHEMA = 1;

const text = v.pipe(v.string(), v.nonEmpty());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const finite = v.pipe(v.number(), v.finite());
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'));
const path = v.pipe(text, v.check(isPlainPath, 'expected a relative path without ..'));
const tokenIds = v.pipe(v.array(count), v.nonEmpty());
const triple = v.tuple([finite, finite, finite]);

function isPlainPath(value: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:|^[\\/]|\\/i.test(value) && !value.split('/').includes('..');
}

const shape = v.object({
  V: positive,
  D: positive,
  N: positive,
  kvHeads: positive,
  headDim: positive,
  S: positive,
  K: positive,
  vokenIds: tokenIds,
  imageTokenId: count,
  Q: positive,
  visionSize: positive,
  visionMean: triple,
  visionStd: triple,
  L: positive,
  C: positive,
  latent: v.tuple([positive, positive, positive]),
  image: v.tuple([positive, positive]),
});

const story = v.object({
  tokenizer: path,
  bos: count,
  stop: v.array(tokenIds),
  end: v.array(tokenIds),
  minPages: positive,
  maxPages: positive,
  defaultPages: positive,
  sampling: v.object({
    temperature: v.pipe(finite, v.minValue(0)),
    topP: v.pipe(finite, v.minValue(0), v.maxValue(1)),
    topK: count,
    repetitionPenalty: v.pipe(finite, v.gtValue(0)),
    /** per page */
    maxNewTokens: positive,
  }),
  templates: v.object({ open: text, openWithPicture: text, sight: text, next: v.string() }),
  examples: v.array(text),
});

const picture = v.object({
  scalingFactor: v.pipe(finite, v.gtValue(0)),
  /** L·C float32: what the painter hears when it hears nothing. */
  nullConditioning: path,
  schedule: v.object({
    trainSteps: positive,
    betaStart: finite,
    betaEnd: finite,
    betaKind: v.picklist(['scaled_linear', 'squaredcos_cap_v2']),
    prediction: v.picklist(['epsilon', 'v_prediction']),
    stepsOffset: count,
    spacing: v.picklist(['leading', 'trailing']),
  }),
  sampler: v.picklist(['ddim', 'dpm++2m', 'pndm']),
  steps: positive,
  guidance: finite,
  /** Latents to RGB in 0…1, one row per colour: a preview without the decoder. */
  previewMatrix: v.object({ weight: v.tuple([v.array(finite), v.array(finite), v.array(finite)]), bias: triple }),
});

const graph = v.object({ model: path, data: v.array(path) });

const variant = v.object({
  id: text,
  needs: v.object({ features: v.array(text), maxBufferBytes: count, gpuBytes: count, heapBytes: count }),
  graphs: v.object({ vision: graph, embed: graph, decoder: graph, mapper: graph, unet: graph, vae_decoder: graph }),
});

const file = v.pipe(
  v.object({ path, bytes: count, sha256, chunkBytes: positive, chunks: v.array(sha256) }),
  v.check((f) => f.chunks.length === Math.ceil(f.bytes / f.chunkBytes), 'expected one hash per chunk'),
);

const model = v.pipe(
  v.object({
    id: text,
    revision: text,
    title: text,
    licence: text,
    card: v.object({ source: v.string(), data: v.string(), limits: v.string() }),
    shape,
    text: story,
    picture,
    variants: v.pipe(v.array(variant), v.nonEmpty()),
    files: v.pipe(v.array(file), v.nonEmpty()),
    mirrors: v.pipe(v.array(text), v.nonEmpty()),
  }),
  v.check((m) => m.shape.vokenIds.length === m.shape.K, 'expected shape.K ids in shape.vokenIds'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const known = new Set(dataset.value.files.map((f) => f.path));
    for (const name of pathsOf(dataset.value)) {
      if (!known.has(name)) addIssue({ message: `names ${JSON.stringify(name)}, which files does not list` });
    }
  }),
);

const manifest = v.object({ schema: v.literal(SCHEMA), models: v.pipe(v.array(model), v.nonEmpty()) });

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type Manifest = DeepReadonly<v.InferOutput<typeof manifest>>;
export type ModelEntry = Manifest['models'][number];
export type Variant = ModelEntry['variants'][number];
export type GraphName = keyof Variant['graphs'];
export type WeightFile = ModelEntry['files'][number];
export type Sampling = ModelEntry['text']['sampling'];
export type Schedule = ModelEntry['picture']['schedule'];
export type PreviewMatrix = ModelEntry['picture']['previewMatrix'];

/** The manifest's shape is the glossary's. */
type Same = ModelEntry['shape'] extends ModelShape ? true : never;
true satisfies Same;

/** Every path a model refers to, outside its list of files. */
function pathsOf(entry: v.InferOutput<typeof model> | ModelEntry): string[] {
  const graphs = entry.variants.flatMap((each) => Object.values(each.graphs));
  return [entry.text.tokenizer, entry.picture.nullConditioning, ...graphs.flatMap((g) => [g.model, ...g.data])];
}

/** Throws a ManifestError that names the place and the value of the first fault. */
export function parseManifest(value: unknown): Manifest {
  const version = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof version === 'number' && version > SCHEMA) {
    throw new ManifestError(
      'newer',
      `The list of models has schema ${version}; this program reads up to ${SCHEMA}. Reload the page to update it.`,
    );
  }
  const parsed = v.safeParse(manifest, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const place = v.getDotPath(issue) ?? 'the whole';
  const got = JSON.stringify(issue.input) ?? 'nothing';
  throw new ManifestError(
    'malformed',
    `weights-manifest.json, ${place}: ${issue.message} (got ${got.length > 80 ? `${got.slice(0, 80)}…` : got}).`,
  );
}

export function findModel(of: Manifest, id: string): ModelEntry {
  const entry = of.models.find((each) => each.id === id);
  if (entry) return entry;
  const known = of.models.map((each) => each.id).join(', ');
  throw new ManifestError('unknown-model', `There is no model "${id}"; the list has ${known}.`);
}
