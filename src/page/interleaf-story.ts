/** <interleaf-story>: the whole of Interleaf in one element. Nothing is fetched before the reader asks. */
import { LitElement, type PropertyValues } from 'lit';
import { InputError, plainError } from '../errors.ts';
import type { Story, StoryHead } from '../library/story.ts';
import type { StoryEvent } from '../story/events.ts';
import { type GivenKind, givenFile, saveFile } from './given-file.ts';
import { createOwnShelf, type KeptStory } from './own-shelf.ts';
import { createPlates } from './plates.ts';
import { drawPreviews } from './previews.ts';
import { cleanPrompt, titleOf } from './prompt.ts';
import { readReaderPicture } from './reader-picture.ts';
import { parseSeed, throwDice } from './seed.ts';
import { altOf, createSentenceFeed } from './sentences.ts';
import { type Action, reduce, type ShownPage, START, type State } from './state.ts';
import { style } from './style.ts';
import { createTeller, type Progress, type Teller } from './teller.ts';
import { storyOf } from './told.ts';
import { view } from './view.ts';

export interface GenerateOptions {
  readonly prompt?: string;
  /** uint32; thrown when not given. */
  readonly seed?: number;
  readonly pages?: number;
  /** A picture file of the reader's that opens the story. */
  readonly picture?: Blob;
  readonly signal?: AbortSignal;
}

/** Where the library was loaded from; set once by the entry. */
let home = '';
export function setHome(url: string): void {
  home = url;
}

export class InterleafStory extends LitElement {
  static override styles = style;
  static override properties = {
    prompt: { type: String },
    seed: { type: String },
    pages: { type: Number },
    model: { type: String },
    variant: { type: String },
    backend: { type: String },
    base: { type: String },
    loading: { type: String },
    shown: { state: true },
    picture: { state: true },
    panel: { state: true },
    entries: { state: true },
    notice: { state: true },
    spoken: { state: true },
  };

  declare prompt: string;
  declare seed: string;
  declare pages: number;
  declare model: string;
  declare variant: string;
  declare backend: 'auto' | 'webgpu' | 'wasm';
  declare base: string;
  declare loading: 'manual' | 'auto';
  declare shown: State;
  declare picture: { readonly png: Blob; readonly url: string } | undefined;
  declare panel: boolean;
  declare entries: readonly KeptStory[];
  declare notice: string;
  declare spoken: string;

  teller: Teller | undefined;
  readonly plates = createPlates();
  readonly #shelf = createOwnShelf();
  #head: Omit<StoryHead, 'seed'> | undefined;
  #stop: AbortController | undefined;
  #sentences = createSentenceFeed('en');
  /** What had the focus before an update: when it goes, the focus goes to what took its place, not to nowhere. */
  #focused: Element | null | undefined;

  constructor() {
    super();
    Object.assign(this, {
      prompt: '',
      seed: '',
      pages: 4,
      model: '',
      variant: 'auto',
      backend: 'auto',
      base: '',
      loading: 'manual',
    });
    Object.assign(this, { shown: START, panel: false, entries: [], notice: '', spoken: '' });
  }

  /** The story as it stands, plain data. undefined before there is one. */
  get story(): Story | undefined {
    return this.#head && storyOf(this.shown, this.#head, this.plates.pngs);
  }

  get state(): State['phase'] {
    return this.shown.phase;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Our own page shows the last story again; an element on somebody else's page keeps still.
    if (this.hasAttribute('shelf')) void this.#restore();
    if (this.loading === 'auto' && this.prompt) void this.generate().catch(() => {});
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
    this.teller?.end();
    this.teller = undefined;
  }

  /**
   * Tells a story. A stop is no fault: what is told by then is the story. Rejects with InputError, ManifestError,
   * WeightsError or DeviceError, and with StoppedError where it was stopped while still loading.
   */
  async generate(options: GenerateOptions = {}): Promise<Story> {
    return this.#run(options, []);
  }

  /** Goes on differently after `page` pages, with a new seed. */
  async continueFrom(page: number): Promise<Story> {
    if (!this.#head || page < 1 || page > this.shown.pages.length) {
      throw this.#failed(new InputError('bad-option', `There is no page ${page} to go on from.`));
    }
    return this.#run({ prompt: this.#head.prompt, pages: this.#head.options.pages }, this.shown.pages.slice(0, page));
  }

  /** Stops at the next token and the next denoising step. What is told stays. */
  stop(): void {
    this.#stop?.abort();
  }

  /** Paints the picture of a page anew, from the same vokens with another seed. */
  async redraw(page: number, { seed = throwDice() }: { readonly seed?: number } = {}): Promise<void> {
    const picture = this.shown.pages[page - 1]?.picture;
    if (!picture || this.#stop || this.shown.phase !== 'told') {
      throw this.#failed(new InputError('bad-option', `Page ${page} has no picture that could be drawn again now.`));
    }
    const stop = new AbortController();
    this.#stop = stop;
    this.#do({ kind: 'redraw', page, steps: 0 });
    try {
      const teller = await this.#ready(stop.signal);
      stop.signal.addEventListener('abort', () => teller.painter.stop());
      const settings = this.#settings(teller);
      this.#do({ kind: 'redraw', page, steps: settings.steps });
      this.plates.dropPreviews(page);
      const started = performance.now();
      const request = { vokens: picture.vokens.slice(), seed, page, settings };
      const bitmap = await teller.painter.paint(request, (event) => {
        this.plates.addPreview(page, event.bitmap);
        this.#do({ kind: 'event', event: { ...event, page } });
      });
      if (!bitmap) return this.#do({ kind: 'redrawn', page });
      const url = await this.plates.take(page, bitmap);
      this.#do({ kind: 'redrawn', page, picture: { url, seed, seconds: (performance.now() - started) / 1000 } });
      await this.#keep([page]);
      this.#emit('picture', { page, alt: picture.alt, url });
    } catch (error) {
      this.#do({ kind: 'redrawn', page });
      throw this.#failed(error);
    } finally {
      this.#stop = undefined;
    }
  }

  /** Shows a story that was told before. */
  open(story: Story): void {
    if (story?.format !== 1 || !Array.isArray(story.pages)) {
      throw this.#failed(
        new InputError('bad-story', `This is no story of format 1 (got ${JSON.stringify(story?.format)}).`),
      );
    }
    if (this.#stop) throw new InputError('bad-option', 'A story is being told. Stop it first.');
    this.plates.forget(0);
    const { pages: _, seed, complete, ...head } = story;
    this.#head = head;
    const urls = this.plates.open(story);
    this.#do({ kind: 'open', story, title: titleOf(story.prompt), urls, ...this.#opening(story.picture) });
  }

  /** The story as one file: an HTML page, or its pictures (one PNG, or several in a zip). */
  async toBlob(kind: GivenKind = 'html'): Promise<Blob> {
    return givenFile(this.story, kind).catch((error: unknown) => {
      throw this.#failed(error);
    });
  }

  // -- what the view calls ----------------------------------------------------------------------------------------

  /** The same as a method, but its error is only shown. */
  ask(work: Promise<unknown>): void {
    work.catch(() => {});
  }

  async choosePicture(file: Blob | undefined): Promise<void> {
    if (this.picture) URL.revokeObjectURL(this.picture.url);
    this.picture = undefined;
    if (!file) return;
    try {
      const { png } = await readReaderPicture(file);
      this.picture = { png, url: URL.createObjectURL(png) };
      this.#do({ kind: 'dismiss' });
    } catch (error) {
      this.#failed(error);
    }
  }

  async save(kind: GivenKind): Promise<void> {
    await saveFile(await this.toBlob(kind), this.shown.title);
  }

  async openKept(id: string): Promise<void> {
    const story = await this.#shelf.load(id);
    if (story) this.open(story);
  }

  async removeKept(id: string): Promise<void> {
    await this.#shelf.remove(id);
    this.entries = await this.#shelf.list();
  }

  turnPages(turning: boolean): void {
    this.#do({ kind: 'turn-pages', turning });
    void this.updateComplete.then(() => this.renderRoot.querySelector('.book')?.scrollIntoView({ block: 'start' }));
  }

  closeBook(): void {
    this.plates.forget(0);
    this.#head = undefined;
    this.#do({ kind: 'close' });
    if (this.hasAttribute('shelf')) void this.#shelf.list().then((entries) => Object.assign(this, { entries }));
  }

  dismiss(): void {
    this.#do({ kind: 'dismiss' });
  }

  // -- telling ----------------------------------------------------------------------------------------------------

  async #run(options: GenerateOptions, kept: readonly ShownPage[]): Promise<Story> {
    if (this.#stop) {
      throw new InputError('bad-option', 'A story is being told already. Stop it first.');
    }
    const stop = new AbortController();
    this.#stop = stop;
    try {
      const prompt = cleanPrompt(options.prompt ?? this.prompt);
      const seed =
        options.seed === undefined
          ? kept.length > 0
            ? throwDice()
            : parseSeed(this.seed)
          : parseSeed(String(options.seed));
      const limit = pagesOf(options.pages ?? this.pages);
      const given = options.picture && (await readReaderPicture(options.picture)).png;
      const opening = given ?? (kept.length > 0 ? this.#head?.picture : this.picture?.png);
      options.signal?.addEventListener('abort', () => stop.abort());
      if (options.signal?.aborted) stop.abort();
      const before = kept.length > 0 && kept.length === this.shown.pages.length ? this.#head : undefined;
      this.plates.forget(kept.length);
      if (kept.length === 0) this.#head = undefined;
      this.#sentences = createSentenceFeed('en');
      this.#do({ kind: 'load', title: titleOf(prompt), seed, limit, kept, ...this.#opening(opening) });
      const teller = await this.#ready(stop.signal);
      const settings = this.#settings(teller);
      const pages = Math.min(Math.max(limit, teller.model.text.minPages, kept.length + 1), teller.model.text.maxPages);
      const { id, revision } = teller.model;
      this.#head = {
        // A story that goes on where it was stopped is the same story; one that takes another way is a new one.
        ...{
          format: 1,
          id: before?.id ?? crypto.randomUUID(),
          toldAt: Date.now(),
          prompt,
          backend: teller.choice.backend,
        },
        ...{ model: { id, revision, variant: teller.choice.variant }, options: { pages, ...settings } },
        ...(opening ? { picture: opening } : {}),
      };
      this.#do({ kind: 'tell' });
      const past = await Promise.all(
        kept.map(async ({ text, picture }, i) => {
          const png = this.plates.pngs.get(i + 1);
          return {
            text,
            ...(picture && png ? { picture: { offset: picture.offset, bitmap: await createImageBitmap(png) } } : {}),
          };
        }),
      );
      const request = {
        prompt,
        seed,
        pages,
        settings,
        past,
        ...(opening ? { picture: await createImageBitmap(opening) } : {}),
      };
      for await (const event of teller.tell(request, stop.signal)) await this.#hear(event);
      await this.#keep();
      const story = this.story as Story;
      this.#emit('finished', { story });
      return story;
    } catch (error) {
      throw this.#failed(error);
    } finally {
      if (this.#stop === stop) this.#stop = undefined;
    }
  }

  async #hear(event: StoryEvent): Promise<void> {
    switch (event.kind) {
      case 'text':
        this.#do({ kind: 'event', event });
        this.#speak(this.#sentences.feed(event.text));
        this.#emit('text', { page: event.page, text: event.text });
        return;
      case 'vokens':
        this.#do({ kind: 'event', event, alt: altOf(this.shown.pages[event.page - 1]?.text ?? '', 'en') });
        return;
      case 'preview':
        this.plates.addPreview(event.page, event.bitmap);
        this.#do({ kind: 'event', event });
        return;
      case 'picture': {
        const url = await this.plates.take(event.page, event.bitmap);
        const alt = altOf(this.shown.pages[event.page - 1]?.text ?? '', 'en');
        this.#do({ kind: 'event', event, url, alt });
        this.#emit('picture', { page: event.page, alt, url });
        return;
      }
      case 'page-end':
        this.#do({ kind: 'event', event });
        this.#speak(this.#sentences.flush());
        await this.#keep([event.page]);
        this.#emit('page', { page: event.page });
        return;
      default:
        this.#do({ kind: 'event', event });
    }
  }

  async #ready(signal: AbortSignal): Promise<Teller> {
    if (!this.teller) {
      const base = new URL(this.base || home || '.', document.baseURI).href;
      const options = {
        base: base.endsWith('/') ? base : `${base}/`,
        model: this.model,
        variant: this.variant,
        backend: this.backend,
      };
      const onProgress = (progress: Progress) => {
        this.#do({ kind: 'progress', progress });
        this.#emit('progress', progress);
      };
      this.teller = await createTeller(options, onProgress, signal);
    }
    return this.teller;
  }

  #settings({ model }: Teller) {
    const { steps, guidance, sampler } = model.picture;
    return { steps, guidance, sampler };
  }

  #do(action: Action): void {
    const before = this.shown.phase;
    this.shown = reduce(this.shown, action);
    if (this.shown.phase !== before) this.#emit('state', { state: this.shown.phase });
  }

  #emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`interleaf-${name}`, { detail, bubbles: true, composed: true }));
  }

  #speak(sentences: readonly string[]): void {
    if (sentences.length > 0) this.spoken = sentences.join(' ');
  }

  /** Shows the error, tells the host, and gives a broken engine up: the next story starts a fresh one. */
  #failed(error: unknown): unknown {
    const plain = plainError(error);
    if (plain.name === 'StoppedError') {
      if (this.shown.phase !== 'told') this.#do({ kind: 'event', event: { kind: 'finished', end: 'stopped' } });
      return error;
    }
    if (plain.name === 'DeviceError' || plain.code === 'unexpected') {
      this.teller?.end();
      this.teller = undefined;
    }
    this.#do({ kind: 'error', error: plain });
    this.#emit('error', plain);
    return error;
  }

  // -- the shelf --------------------------------------------------------------------------------------------------

  async #keep(pages?: readonly number[]): Promise<void> {
    const { story } = this;
    if (!this.hasAttribute('shelf') || !story || story.pages.length === 0) return;
    this.notice = await this.#shelf.keep(
      story,
      pages?.filter((page) => page <= story.pages.length),
    );
  }

  async #restore(): Promise<void> {
    const last = await this.#shelf.latest();
    if (last && this.shown.phase === 'idle' && last.pages.length > 0) this.open(last);
    this.entries = await this.#shelf.list();
  }

  #opening(picture: Blob | undefined): { readonly opening?: string } {
    return picture ? { opening: this.plates.show(picture) } : {};
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('shown') || changed.has('panel')) drawPreviews(this.renderRoot, this.plates.previews);
    if (this.#focused && !this.#focused.isConnected) {
      this.renderRoot.querySelector<HTMLElement>('textarea, .toolbar button, .title')?.focus({ preventScroll: true });
    }
  }

  protected override willUpdate(): void {
    this.#focused = this.shadowRoot?.activeElement;
  }

  protected override render() {
    return view(this);
  }
}

function pagesOf(pages: number): number {
  if (Number.isInteger(pages) && pages >= 1 && pages <= 25) return pages;
  throw new InputError('bad-option', `A story can have 1 to 25 pages, not ${pages}.`);
}
