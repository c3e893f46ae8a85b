/** <interleaf-story>: the whole of Interleaf in one element. Nothing is fetched before the reader asks. */
import { LitElement, type PropertyValues } from 'lit';
import { InputError, plainError } from '../errors.ts';
import { openBrowserStore } from '../library/browser-store.ts';
import { createShelf, type Shelf, type ShelfEntry } from '../library/shelf.ts';
import type { Story, StoryHead } from '../library/story.ts';
import type { StoryEvent } from '../story/events.ts';
import { drawPreviews, type Previews } from './previews.ts';
import { cleanPrompt, titleOf } from './prompt.ts';
import { pngOf, readReaderPicture } from './reader-picture.ts';
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
  declare entries: readonly ShelfEntry[];
  declare notice: string;
  declare spoken: string;

  teller: Teller | undefined;
  readonly previews: Previews = new Map();
  /** blob: URLs of the shelf's covers, by story. */
  readonly covers = new Map<string, string>();
  #pngs = new Map<number, Blob>();
  #head: Omit<StoryHead, 'seed'> | undefined;
  #stop: AbortController | undefined;
  #shelf: Promise<Shelf> | undefined;
  #lasting = true;
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
    return this.#head && storyOf(this.shown, this.#head, this.#pngs);
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
    try {
      const teller = await this.#ready(stop.signal);
      stop.signal.addEventListener('abort', () => teller.painter.stop());
      const settings = this.#settings(teller);
      this.#do({ kind: 'redraw', page, steps: settings.steps });
      for (const bitmap of this.previews.get(page) ?? []) bitmap.close();
      this.previews.delete(page);
      const started = performance.now();
      const request = { vokens: picture.vokens.slice(), seed, page, settings };
      const bitmap = await teller.painter.paint(request, (event) => {
        this.previews.set(page, [...(this.previews.get(page) ?? []), event.bitmap]);
        this.#do({ kind: 'event', event: { ...event, page } });
      });
      if (!bitmap) return this.#do({ kind: 'redrawn', page });
      const url = await this.#take(page, bitmap);
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
    this.#forget();
    const { pages, seed, complete, ...head } = story;
    this.#head = head;
    pages.forEach((page, i) => page.picture && this.#pngs.set(i, page.picture.png));
    const urls = pages.map((page) => page.picture && URL.createObjectURL(page.picture.png));
    this.#do({ kind: 'open', story, title: titleOf(story.prompt), urls, ...openingOf(story.picture) });
  }

  /** The story as one file: an HTML page, or its pictures (one PNG, or several in a zip). */
  async toBlob(kind: 'html' | 'png' = 'html'): Promise<Blob> {
    const story = this.story;
    if (!story) throw this.#failed(new InputError('bad-option', 'There is no story yet. Tell one first.'));
    if (kind === 'html') {
      const { storyHtml } = await import('../export/story-html.ts');
      return storyHtml(story, { title: titleOf(story.prompt) });
    }
    const { storyPictures } = await import('../export/story-pictures.ts');
    const file = await storyPictures(story, titleOf(story.prompt));
    if (!file) throw this.#failed(new InputError('bad-option', 'This story has no picture.'));
    return file.blob;
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

  async save(kind: 'html' | 'png'): Promise<void> {
    const blob = await this.toBlob(kind);
    const { fileNameOf } = await import('../export/file-name.ts');
    const extension = kind === 'html' ? 'html' : blob.type === 'application/zip' ? 'zip' : 'png';
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = fileNameOf(this.shown.title, extension);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async openKept(id: string): Promise<void> {
    const story = await (await this.#openShelf()).load(id);
    if (story) this.open(story);
  }

  async removeKept(id: string): Promise<void> {
    await (await this.#openShelf()).remove(id);
    await this.#list();
  }

  turnPages(turning: boolean): void {
    this.#do({ kind: 'turn-pages', turning });
    void this.updateComplete.then(() => this.renderRoot.querySelector('.book')?.scrollIntoView({ block: 'start' }));
  }

  closeBook(): void {
    this.#forget();
    this.#head = undefined;
    this.#do({ kind: 'close' });
    if (this.hasAttribute('shelf')) void this.#list();
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
      if (kept.length === 0) {
        this.#forget();
        this.#head = undefined;
      }
      this.#do({ kind: 'load', title: titleOf(prompt), seed, limit, kept, ...openingOf(opening) });
      const teller = await this.#ready(stop.signal);
      const settings = this.#settings(teller);
      const pages = Math.min(Math.max(limit, teller.model.text.minPages, kept.length + 1), teller.model.text.maxPages);
      const { id, revision } = teller.model;
      this.#head = {
        ...{ format: 1, id: crypto.randomUUID(), toldAt: Date.now(), prompt, backend: teller.choice.backend },
        ...{ model: { id, revision, variant: teller.choice.variant }, options: { pages, ...settings } },
        ...(opening ? { picture: opening } : {}),
      };
      this.#do({ kind: 'tell' });
      const past = await Promise.all(
        kept.map(async ({ text, picture }, i) => {
          const png = this.#pngs.get(i);
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
        this.previews.set(event.page, [...(this.previews.get(event.page) ?? []), event.bitmap]);
        this.#do({ kind: 'event', event });
        return;
      case 'picture': {
        const url = await this.#take(event.page, event.bitmap);
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

  /** The bitmap as a kept PNG and as an address to show. */
  async #take(page: number, bitmap: ImageBitmap): Promise<string> {
    const png = await pngOf(bitmap);
    bitmap.close();
    this.#pngs.set(page - 1, png);
    const old = this.shown.pages[page - 1]?.picture?.url;
    if (old) URL.revokeObjectURL(old);
    return URL.createObjectURL(png);
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
      this.#do({ kind: 'event', event: { kind: 'finished', end: 'stopped' } });
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

  #forget(): void {
    for (const page of this.shown.pages) if (page.picture?.url) URL.revokeObjectURL(page.picture.url);
    if (this.shown.opening) URL.revokeObjectURL(this.shown.opening);
    for (const bitmaps of this.previews.values()) for (const bitmap of bitmaps) bitmap.close();
    this.previews.clear();
    this.#pngs.clear();
    this.#sentences = createSentenceFeed('en');
  }

  // -- the shelf --------------------------------------------------------------------------------------------------

  #openShelf(): Promise<Shelf> {
    this.#shelf ??= openBrowserStore().then(({ store, lasting }) => {
      this.#lasting = lasting;
      return createShelf(store);
    });
    return this.#shelf;
  }

  async #keep(pages?: readonly number[]): Promise<void> {
    if (!this.hasAttribute('shelf') || !this.story) return;
    try {
      await (await this.#openShelf()).keep(
        this.story,
        pages?.filter((page) => page <= (this.story?.pages.length ?? 0)),
      );
      if (!this.#lasting)
        this.notice = 'This browser keeps nothing here: the story is gone when you close the page. Save it to keep it.';
    } catch (error) {
      this.notice = `The story could not be kept (${plainError(error).message}). Save it to keep it.`;
    }
  }

  async #list(): Promise<void> {
    const entries = await (await this.#openShelf()).list().catch(() => []);
    for (const url of this.covers.values()) URL.revokeObjectURL(url);
    this.covers.clear();
    for (const { id, cover } of entries) if (cover) this.covers.set(id, URL.createObjectURL(cover));
    this.entries = entries;
  }

  async #restore(): Promise<void> {
    const last = await (await this.#openShelf()).latest().catch(() => undefined);
    if (last && this.shown.phase === 'idle' && last.pages.length > 0) this.open(last);
    await this.#list();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('shown') || changed.has('panel')) drawPreviews(this.renderRoot, this.previews);
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

function openingOf(picture: Blob | undefined): { readonly opening?: string } {
  return picture ? { opening: URL.createObjectURL(picture) } : {};
}

function pagesOf(pages: number): number {
  if (Number.isInteger(pages) && pages >= 1 && pages <= 25) return pages;
  throw new InputError('bad-option', `A story can have 1 to 25 pages, not ${pages}.`);
}
