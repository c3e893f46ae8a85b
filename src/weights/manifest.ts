/** weights-manifest.json, from unknown to a readonly type. The root of trust: only bytes whose hash stands here are used. */
import * as v from 'valibot';
import { ManifestError } from '../errors.ts';
import { type ModelShape, SAMPLER_NAMES } from '../stages.ts';

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
  /** 0, and the next: of a model without eyes. */
  Q: count,
  visionSize: count,
  visionMean: triple,
  visionStd: triple,
  L: positive,
  C: positive,
  latent: v.tuple([positive, positive, positive]),
  image: v.tuple([positive, positive]),
});

/** One context from the first page to the last, pictures in the place of their vokens. */
const pages = v.object({
  layout: v.optional(v.literal('pages'), 'pages'),
  open: text,
  openWithPicture: text,
  sight: text,
  next: v.string(),
  /** How a longer story is told, of a model that was taught it: chapter by chapter. */
  chapters: v.exactOptional(
    v.object({
      /** Of a story of one chapter, at most; and of a chapter of a longer one. */
      alone: positive,
      pages: positive,
      /** The prompts of chapters that no reader asked for, in turn. */
      goOn: v.pipe(v.array(text), v.nonEmpty()),
      /** Tokens that what stands and a page have room in, before something is forgotten. */
      room: positive,
    }),
  ),
});

/** MiniGPT-5's own: what was told stands as text and pictures before a question, and every page answers one. */
const history = v.object({
  layout: v.literal('history'),
  /** Begins every context, after bos. */
  open: v.string(),
  prompt: v.object({
    /** page: the words of the first page, which `first` asks a picture for. told: they stand told before it. */
    is: v.picklist(['page', 'told']),
    /** Is it put into lower case, and which characters of it become spaces? */
    lower: v.optional(v.boolean(), false),
    blank: v.optional(v.string(), ''),
  }),
  /** How what was told stands, in turn: its {text}, and for {sight} `sight` where a picture was seen, else `unseen`. */
  told: v.array(text),
  sight: v.string(),
  unseen: v.optional(v.string(), ''),
  /** Asks for the first page where nothing was told before it. */
  first: v.optional(text),
  /** Asks for any other page, in turn with what was told. */
  next: v.array(text),
  /** So much of what was told is kept, at most, and begins where `told` begins. */
  window: positive,
});

const isHistory = (value: unknown) =>
  typeof value === 'object' && value !== null && 'layout' in value && value.layout === 'history';

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
    /** Ids that the penalty applies to from the beginning of every page. */
    penalised: v.optional(v.array(count), []),
    /** Where every page is to have a picture: the token of a page that is [IMG0] at the latest. */
    drawBy: v.optional(positive),
  }),
  /**
   * What a prompt brings in is copied into the story only where it may stand in a child's book, and pages are held to the
   * same. `instead`: the prompt of which nothing is left. Absent from a model that says what it says.
   */
  gate: v.exactOptional(v.object({ instead: text })),
  templates: v.lazy((value) => (isHistory(value) ? history : pages)),
  examples: v.array(text),
});

const picture = v.pipe(
  v.object({
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
    sampler: v.picklist(SAMPLER_NAMES),
    steps: positive,
    guidance: finite,
    /** Of a UNet that was distilled: the fewest and the most steps. It knows no other sampler and no other guidance. */
    distilled: v.exactOptional(v.object({ steps: v.tuple([positive, positive]) })),
    /** Latents to RGB in 0…1, one row per colour: a preview without the decoder. */
    previewMatrix: v.object({ weight: v.tuple([v.array(finite), v.array(finite), v.array(finite)]), bias: triple }),
  }),
  v.check(({ steps, distilled }) => {
    return !distilled || (distilled.steps[0] <= steps && steps <= distilled.steps[1]);
  }, 'expected picture.steps to be some that the UNet was distilled for'),
);

const graph = v.object({ model: path, data: v.array(path) });

const variant = v.object({
  id: text,
  needs: v.object({
    features: v.array(text),
    maxBufferBytes: count,
    gpuBytes: count,
    heapBytes: count,
    /** What each graph takes while it is loaded, by its name: weights, buffers, and what it works with. */
    graphs: v.exactOptional(v.record(text, count)),
  }),
  /** What the decoder's key/value buffers hold. */
  cache: v.optional(v.picklist(['float32', 'float16']), 'float32'),
  graphs: v.object({
    vision: v.exactOptional(graph),
    embed: graph,
    decoder: graph,
    mapper: graph,
    unet: graph,
    vae_decoder: graph,
    /** The same in float32, for what overflows in float16. */
    vae_decoder_f32: v.exactOptional(graph),
    /** Latents as they are sampled to a small image in −1…1. Stands in for the preview matrix. */
    preview: v.exactOptional(graph),
  }),
});

/**
 * What a file becomes on arrival (expand.ts): float16, or float32 where it says so. Strict: what is expanded otherwise
 * would be read wrongly.
 */
const expand = v.pipe(
  v.strictObject({
    /** Once it is expanded. */
    bytes: positive,
    /** [rows, columns] of each weight, in order, where they are fetched in 8 bits; else they are fetched as float16. */
    rows: v.exactOptional(v.pipe(v.array(v.strictTuple([positive, positive])), v.nonEmpty())),
    to: v.exactOptional(v.literal('float32')),
  }),
  v.check(({ rows, to }) => Boolean(rows ?? to), 'expected rows, or what it is to be expanded to'),
);

const file = v.pipe(
  v.object({
    ...{ path, bytes: count, sha256, chunkBytes: positive, chunks: v.array(sha256) },
    expand: v.exactOptional(expand),
  }),
  v.check((f) => f.chunks.length === Math.ceil(f.bytes / f.chunkBytes), 'expected one hash per chunk'),
  v.check(({ bytes, expand }) => {
    if (!expand) return true;
    const element = expand.to ? 4 : 2;
    if (!expand.rows) return (element / 2) * bytes === expand.bytes && bytes % 2 === 0;
    const sizes = expand.rows.map(([rows, columns]) => ({ from: rows * (2 + columns), to: element * rows * columns }));
    const sum = (of: 'from' | 'to') => sizes.reduce((all, each) => all + each[of], 0);
    return sum('from') === bytes && sum('to') === expand.bytes;
  }, 'expected expand to make up the bytes of the file and of what it becomes'),
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
  v.check(({ text: { templates: t, maxPages } }) => {
    if (t.layout === 'pages') return true;
    const goesOn = t.told.length > 0 && t.next.length > 0;
    return t.prompt.is === 'page' ? t.first !== undefined && (goesOn || maxPages === 1) : goesOn;
  }, 'expected text.templates to ask for every page up to text.maxPages'),
  v.check(({ shape: { Q, visionSize }, variants }) => {
    return (Q > 0 && visionSize > 0) || variants.every(({ graphs }) => !graphs.vision);
  }, 'expected shape.Q and shape.visionSize of a model with eyes'),
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
export type Templates = ModelEntry['text']['templates'];
export type PreviewMatrix = ModelEntry['picture']['previewMatrix'];

/** The manifest's shape is the glossary's. */
type Same = ModelEntry['shape'] extends ModelShape ? true : never;
true satisfies Same;

/** Every path a model refers to, outside its list of files. */
function pathsOf(entry: v.InferOutput<typeof model> | ModelEntry): string[] {
  const graphs = entry.variants.flatMap((each) => Object.values(each.graphs).filter((of) => of !== undefined));
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

/** Does it see a reader's picture, and its own? Captions alone are the history of a model without eyes. */
export function canSee({ variants, text: { templates } }: ModelEntry): boolean {
  const hasPlace = templates.layout === 'pages' || templates.told.some((form) => form.includes('{sight}'));
  return hasPlace && variants.every(({ graphs }) => graphs.vision !== undefined);
}

/** A graph that this variant has to have. */
export function graphOf(variant: Variant, name: GraphName): NonNullable<Variant['graphs'][GraphName]> {
  const graph = variant.graphs[name];
  if (!graph) throw new ManifestError('malformed', `Variant "${variant.id}" has no graph "${name}".`);
  return graph;
}

export function findModel(of: Manifest, id: string): ModelEntry {
  const entry = of.models.find((each) => each.id === id);
  if (entry) return entry;
  const known = of.models.map((each) => each.id).join(', ');
  throw new ManifestError('unknown-model', `There is no model "${id}"; the list has ${known}.`);
}
