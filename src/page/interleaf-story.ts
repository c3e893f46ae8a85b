/** <interleaf-story>: the whole of Interleaf in one element. Nothing is fetched before the reader asks. */
import type { PropertyValues } from 'lit';
import { InputError, plainError, StoppedError } from '../errors.ts';
import { parseStory, type Story, type StoryBranch, seedOf } from '../library/story.ts';
import { gated } from '../models/gate.ts';
import type { Part } from '../models/residency.ts';
import type { StoryEvent } from '../story/events.ts';
import { canSee } from '../weights/manifest.ts';
import { type Asked, askedBefore, askedFor, type GenerateOptions, pagesAsked } from './asked.ts';
import { type GivenKind, givenFile, saveFile } from './given-file.ts';
import { createLasting } from './lasting.ts';
import type { Offer } from './offer.ts';
import type { Progress } from './overall.ts';
import { createOwnFetching } from './own-fetching.ts';
import { createOwnHeld } from './own-held.ts';
import { createOwnShelf, type KeptStory } from './own-shelf.ts';
import { createOwnStorytellers } from './own-storytellers.ts';
import { createOwnTeller } from './own-teller.ts';
import { createPlates } from './plates.ts';
import { drawPreviews } from './previews.ts';
import { cleanPrompt, titleOf } from './prompt.ts';
import { readReaderPicture } from './reader-picture.ts';
import { parseSeed, throwDice } from './seed.ts';
import { altOf, createSentenceFeed } from './sentences.ts';
import { createOwnSparing, SPARED } from './sparing.ts';
import { type Action, reduce, type ShownPage, START, type State } from './state.ts';
import { StoryAttributes } from './story-attributes.ts';
import { style } from './style.ts';
import { type Teller, workerUrl } from './teller.ts';
import { headOf, sameModel, storyOf, type ToldHead } from './told.ts';
import { view } from './view.ts';

/** A story to tell, and what of it stands already. */
interface Plan {
  readonly asked: Asked;
  readonly kept: readonly ShownPage[];
  readonly branches: readonly StoryBranch[];
  /** The reader's prompt for a chapter after what stands. */
  readonly goOn?: string;
  /** Of the story that goes on, where it is the same one. */
  readonly id?: string | undefined;
}

const BLIND = 'This model sees no pictures. Begin without yours, or choose another model in the settings.';

const LEFT_OUT = 'Some of your words do not belong in a picture book, or are private, and were left out.';

/** Where the library was loaded from; set once by the entry. */
let home = '';
export function setHome(url: string): void {
  home = url;
}

export class InterleafStory extends StoryAttributes {
  static override styles = style;
  static override properties = {
    ...StoryAttributes.properties,
    shown: { state: true },
    picture: { state: true },
    panel: { state: true },
    entries: { state: true },
    notice: { state: true },
    newer: { state: true },
    spoken: { state: true },
  };

  declare shown: State;
  declare picture: { readonly png: Blob; readonly url: string } | undefined;
  declare panel: boolean;
  declare entries: readonly KeptStory[];
  declare notice: string;
  /** Lets a newer version of the page in, where one waits. */
  declare newer: (() => Promise<void>) | undefined;
  declare spoken: string;

  readonly plates = createPlates();
  readonly #teller = createOwnTeller();
  readonly #shelf = createOwnShelf();
  /** What of which models is on this machine. */
  readonly held = createOwnHeld(
    () => workerUrl(this.baseUrl, 'weights'),
    () => this.requestUpdate(),
  );
  /** Whether the browser has promised to keep that. */
  readonly lasting = createLasting(() => this.requestUpdate());
  readonly storytellers = createOwnStorytellers(this, this.held);
  readonly fetching = createOwnFetching(this);
  readonly #sparing = createOwnSparing();
  /** Why the story could not be kept, as it was said last. */
  #unkept = '';
  /** Called once the story that is told now is over. */
  #whenOver: (() => void)[] = [];
  #tick: ReturnType<typeof setTimeout> | undefined;
  /** The model that was asked of the teller last. */
  #wanted = '';
  #head: ToldHead | undefined;
  /** What `generate` was asked last, beside what stands on the cover. */
  #own: GenerateOptions = {};
  /** There while a story is told, or a picture painted anew. */
  #stop: AbortController | undefined;
  #sentences = createSentenceFeed('en');
  /** What had the focus before an update: when it goes, the focus goes to what took its place, not to nowhere. */
  #focused: Element | null | undefined;
  #met = false;
  #gone = false;

  constructor() {
    super();
    Object.assign(this, { shown: START, panel: false, entries: [], notice: '', spoken: '' });
  }

  /** The story as it stands, plain data. undefined before there is one. */
  get story(): Story | undefined {
    const shown = this.shown.before ?? this.shown;
    return this.#head && shown.phase !== 'idle' ? storyOf(shown, this.#head, this.plates.pngs) : undefined;
  }

  /** 'asking' while an offer waits for its answer. */
  get state(): State['phase'] | 'asking' {
    return this.shown.offer ? 'asking' : this.shown.phase;
  }

  /** undefined before a storyteller was fetched. */
  get teller(): Teller | undefined {
    return this.#teller.current;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#gone) this.#return();
    if (this.#met) return;
    this.#met = true;
    // Our own page shows the last story again; an element on somebody else's page keeps still.
    if (this.hasAttribute('shelf')) {
      this.storytellers.recall();
      this.ask(this.#restore());
      this.ask(this.held.list());
    }
    if (this.loading === 'auto' && this.prompt) this.ask(this.generate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move is a removal and an insertion in one go.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#gone = true;
      this.stop();
      if (!this.#stop) this.#leave();
    });
  }

  /**
   * Tells a story. A stop is no fault: what is told by then is the story. Rejects with InputError, ManifestError,
   * WeightsError or DeviceError, and with StoppedError where it was stopped while still loading.
   */
  async generate(options: GenerateOptions = {}): Promise<Story> {
    const { signal, ...own } = options;
    this.#own = own;
    const { prompt, seed, pages, steps, sampler, everyPage } = this;
    const cover = { prompt, seed, pages, steps, sampler, everyPage, picture: this.picture?.png };
    return this.#tell(async () => ({ asked: await askedFor(options, cover), kept: [], branches: [] }), signal);
  }

  /** Goes on after `page` pages: with the same seed after the last one, differently, with a new seed, after another. */
  async continueFrom(page: number): Promise<Story> {
    return this.#tell(() => {
      const { pages, seed, branches } = this.shown;
      if (!this.#head || !pages[page - 1])
        throw new InputError('bad-option', `There is no page ${page} to go on from.`);
      const another = { from: page + 1, seed: throwDice() };
      return {
        asked: askedBefore(this.#head, seed),
        kept: pages.slice(0, page),
        branches: page === pages.length ? branches : [...branches.filter(({ from }) => from <= page), another],
      };
    });
  }

  /**
   * Tells another chapter after the last page, of so many pages: the same story, with who and what is in it. Rejects where
   * the story's model was taught no chapters.
   */
  async goOn(prompt: string, pages = this.pages): Promise<Story> {
    return this.#tell(() => {
      const { pages: kept, seed, branches } = this.shown;
      if (!this.#head || !kept[0]?.chapter)
        throw new InputError('bad-option', 'This story has no chapters. Tell another one.');
      const asked = { ...askedBefore(this.#head, seed), pages: kept.length + pagesAsked(pages) };
      return { asked, kept, branches, goOn: cleanPrompt(prompt) };
    });
  }

  /** Stops at the next token and the next denoising step. What is told stays. */
  stop(): void {
    this.#stop?.abort();
  }

  /** Paints the picture of a page anew, from the same vokens with another seed. */
  async redraw(page: number, { seed = throwDice() }: { readonly seed?: number } = {}): Promise<void> {
    const picture = this.shown.pages[page - 1]?.picture;
    if (!picture || !this.#head || this.#stop || this.shown.phase !== 'told') {
      throw this.#show(new InputError('bad-option', `Page ${page} has no picture that could be drawn again now.`));
    }
    const { pages: _, ...settings } = this.#head.options;
    const stop = new AbortController();
    this.#stop = stop;
    try {
      const paint = { vokens: picture.vokens.slice(), seed: parseSeed(String(seed)), page, settings };
      this.act({ kind: 'redraw', page, steps: settings.steps });
      const teller = await this.#ready(stop.signal, this.#head.model.id);
      sameModel(this.#head, teller.model);
      stop.signal.addEventListener('abort', () => teller.painter.stop());
      this.act({ kind: 'redraw', page, steps: settings.steps });
      this.plates.dropPreviews(page);
      const started = performance.now();
      const bitmap = await teller.painter.paint(paint, (event) => {
        if (event.kind === 'preview') this.plates.addPreview(page, event.bitmap);
        this.act({ kind: 'event', event: { ...event, page } });
      });
      if (!bitmap) return this.act({ kind: 'redrawn', page });
      const url = await this.plates.take(page, bitmap);
      const seconds = (performance.now() - started) / 1000;
      this.act({ kind: 'redrawn', page, picture: { url, seed: paint.seed, seconds } });
      await this.#keep([page]);
      this.#emit('picture', { page, alt: picture.alt, url });
    } catch (error) {
      if (this.shown.redrawing) this.act({ kind: 'redrawn', page });
      throw this.#show(error);
    } finally {
      this.#over();
    }
  }

  /** Shows a story that was told before. */
  open(story: Story): void {
    let parsed: Story;
    try {
      if (this.#stop) throw new InputError('bad-option', 'A story is being told. Stop it first.');
      parsed = parseStory(story);
    } catch (error) {
      throw this.#show(error);
    }
    const { pages: _, seed, branches, complete, ...head } = parsed;
    this.plates.forget(0);
    this.#head = head;
    const urls = this.plates.open(parsed);
    this.act({ kind: 'open', story: parsed, title: titleOf(head.prompt), urls, ...this.#opening(head.picture) });
  }

  /** The story as one file: an HTML page, or its pictures (one PNG, or several in a zip). */
  async toBlob(kind: GivenKind = 'html'): Promise<Blob> {
    return givenFile(this.story, kind).catch((error: unknown) => {
      throw this.#show(error);
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
      this.act({ kind: 'dismiss' });
    } catch (error) {
      this.#show(error);
    }
  }

  /** Looks up what the settings show: small things. */
  openSettings(): void {
    this.ask(this.storytellers.list().catch(this.#notice('The list of models cannot be shown')));
    this.ask(this.lasting.look());
  }

  /** Ends the workers, once the story that is told has stopped. */
  async endTeller(): Promise<void> {
    if (this.#stop) {
      const over = new Promise<void>((resolve) => this.#whenOver.push(resolve));
      this.stop();
      await over;
    }
    this.#teller.end();
  }

  /** What `generate` was asked last, once more. */
  async tryAgain(): Promise<Story> {
    return this.generate(this.#own);
  }

  /** The same story, or the rest of it, with a variant that takes less memory. */
  async tellSmaller(variant: string): Promise<Story> {
    this.variant = variant;
    const { phase, pages } = this.shown;
    return phase === 'told' && pages.length > 0 ? this.continueFrom(pages.length) : this.tryAgain();
  }

  /** The story in hand from its beginning, with another seed. */
  async tellAgain(): Promise<Story> {
    return this.#tell(() => {
      if (!this.#head) throw new InputError('bad-option', 'There is no story yet. Tell one first.');
      return { asked: askedBefore(this.#head, throwDice()), kept: [], branches: [] };
    });
  }

  async save(kind: GivenKind): Promise<void> {
    await saveFile(await this.toBlob(kind), this.shown.title);
  }

  async openKept(id: string): Promise<void> {
    const story = await this.#shelf.load(id).catch(this.#notice('This story could not be opened'));
    if (story) this.open(story);
  }

  async removeKept(id: string): Promise<void> {
    await this.#shelf.remove(id).catch(this.#notice('This story could not be taken off the shelf'));
    await this.#list();
  }

  /** Lets the newer version in; the page is loaded anew. Never while a story is told. */
  async takeNewer(): Promise<void> {
    if (!this.#stop) await this.newer?.().catch(this.#notice('The newer version must wait'));
  }

  turnPages(turning: boolean): void {
    this.act({ kind: 'turn-pages', turning });
    void this.updateComplete.then(() => this.renderRoot.querySelector('.book')?.scrollIntoView({ block: 'start' }));
  }

  closeBook(): void {
    this.plates.forget(0);
    this.#head = undefined;
    this.act({ kind: 'close' });
    if (this.hasAttribute('shelf')) this.ask(this.#list());
  }

  dismiss(): void {
    this.act({ kind: 'dismiss' });
  }

  // -- telling ----------------------------------------------------------------------------------------------------

  async #tell(plan: () => Plan | Promise<Plan>, signal?: AbortSignal): Promise<Story> {
    if (this.#stop) {
      throw this.#show(new InputError('bad-option', 'A story is being told already. Stop it first.'));
    }
    const stop = new AbortController();
    this.#stop = stop;
    this.fetching.pause(false);
    try {
      const first = await plan();
      signal?.addEventListener('abort', () => stop.abort());
      if (signal?.aborted) stop.abort();
      // A story that goes on where it was stopped is the same story; one that takes another way is a new one.
      const same = first.kept.length > 0 && first.kept.length === this.shown.pages.length;
      try {
        return await this.#tellPlan({ ...first, id: same ? this.#head?.id : undefined }, stop.signal);
      } catch (error) {
        const page = this.#spare(error, stop.signal);
        if (page === undefined) throw error;
        const kept = this.shown.pages.slice(0, page - 1);
        // A chapter that has begun stands among the pages already.
        const { goOn: _, ...rest } = first;
        const again = kept.length > first.kept.length ? rest : first;
        return await this.#tellPlan({ ...again, kept, id: this.#head?.id }, stop.signal);
      }
    } catch (error) {
      const { phase, fetching } = this.shown;
      this.#breakOff();
      if (phase === 'telling') await this.#keep();
      if (fetching && error instanceof StoppedError) this.ask(this.fetching.sayKept());
      throw this.#show(error);
    } finally {
      this.#over();
    }
  }

  async #tellPlan({ asked, kept, branches, goOn, id }: Plan, signal: AbortSignal): Promise<Story> {
    const { prompt, seed, pages: limit } = asked;
    const opening = kept.length > 0 && this.shown.opening ? { opening: this.shown.opening } : {};
    this.act({ kind: 'load', title: titleOf(prompt), seed, branches, limit, kept, ...opening });
    const teller = await this.#ready(signal, kept.length > 0 ? this.#head?.model.id : undefined);
    if (kept.length > 0) sameModel(this.#head, teller.model);
    if (asked.picture && !canSee(teller.model)) throw new InputError('bad-picture', BLIND);
    const { gate, minPages, maxPages } = teller.model.text;
    const least = goOn === undefined ? 0 : kept.length + minPages;
    if (least > maxPages) throw new InputError('bad-option', `A story can have ${maxPages} pages. Tell another one.`);
    const [said, on] = [gated(prompt, gate), goOn && gated(goOn, gate)];
    const told = { ...asked, prompt: said, pages: Math.max(asked.pages, least) };
    const head = headOf(told, kept.length, id, teller);
    const past = await this.plates.past(kept);
    const picture = asked.picture && (await createImageBitmap(asked.picture));
    if (signal.aborted) throw new StoppedError();
    // Only now nothing can be missing any more: what stood before may go.
    this.plates.forget(kept.length);
    this.#head = head;
    this.#sentences = createSentenceFeed('en');
    const { pages, ...settings } = head.options;
    const note = said === prompt && on === goOn ? {} : { note: LEFT_OUT };
    this.act({ kind: 'tell', limit: pages, title: titleOf(said), ...note, ...this.#opening(asked.picture) });
    const plain = { prompt: said, seed: seedOf({ seed, branches }, kept.length + 1), pages, settings, past };
    const request = { ...plain, ...(on ? { goOn: on } : {}), ...(picture ? { picture } : {}) };
    for await (const event of teller.tell(request, signal)) {
      this.#sparing.check(event, this.teller);
      await this.#hear(event);
    }
    await this.#keep();
    // Stopped before the first word there is nothing to show, and still an answer.
    const story = this.story ?? { ...head, seed, pages: [], complete: false };
    this.#emit('finished', { story });
    return story;
  }

  /** A fault ends a story as a stop does: what is told by then stays. */
  #breakOff(): void {
    const { phase } = this.shown;
    if (phase !== 'idle' && phase !== 'told') this.act({ kind: 'event', event: { kind: 'finished', end: 'stopped' } });
  }

  /** Memory ran out, and less will do: the page that is told again, once. */
  #spare(error: unknown, signal: AbortSignal): number | undefined {
    if (signal.aborted || this.shown.phase !== 'telling') return undefined;
    const over = this.shown.pages.filter((page) => page.over).length;
    const page = this.#sparing.spare(error, this.teller, over);
    if (page === undefined) return undefined;
    this.notice = SPARED;
    this.#breakOff();
    this.#teller.end();
    return page;
  }

  async #hear(event: StoryEvent): Promise<void> {
    switch (event.kind) {
      case 'text':
        this.act({ kind: 'event', event });
        this.#speak(this.#sentences.feed(event.text));
        this.#emit('text', { page: event.page, text: event.text });
        return;
      case 'vokens':
        this.act({ kind: 'event', event, alt: altOf(this.shown.pages[event.page - 1]?.text ?? '', 'en') });
        return;
      case 'preview':
        this.plates.addPreview(event.page, event.bitmap);
        this.act({ kind: 'event', event });
        return;
      case 'picture': {
        const url = await this.plates.take(event.page, event.bitmap);
        const alt = altOf(this.shown.pages[event.page - 1]?.text ?? '', 'en');
        this.act({ kind: 'event', event, url, alt });
        this.#emit('picture', { page: event.page, alt, url });
        return;
      }
      case 'picture-failed':
        this.#teller.hear(event.error);
        this.act({ kind: 'event', event });
        this.#emit('error', event.error);
        return;
      case 'page-end':
        this.act({ kind: 'event', event });
        this.#speak(this.#sentences.flush());
        await this.#keep([event.page]);
        this.#emit('page', { page: event.page });
        return;
      default:
        this.act({ kind: 'event', event });
    }
  }

  /** With a slash at its end. */
  get baseUrl(): string {
    const base = new URL(this.base || home || '.', document.baseURI).href;
    return base.endsWith('/') ? base : `${base}/`;
  }

  /** @param own id of the model of a story that goes on; otherwise the one that is chosen now */
  async #ready(signal: AbortSignal, own?: string): Promise<Teller> {
    const recalled = (await this.storytellers.recalled).id;
    const wanted = own ?? this.model;
    // One that was loaded under another name, as the first of the list, need not be loaded again.
    if (!wanted || wanted !== this.teller?.model.id) this.#wanted = wanted;
    try {
      return await this.#readyWith(this.#wanted, signal);
    } catch (error) {
      const gone = plainError(error).code === 'unknown-model' && !own && recalled === this.model;
      if (!gone || !recalled) throw error;
      this.notice = `The storyteller “${recalled}” is no longer there; the usual one tells.`;
      this.source = '';
      await this.storytellers.choose('');
      return this.#ready(signal);
    }
  }

  async #readyWith(model: string, signal: AbortSignal): Promise<Teller> {
    const { variant, backend } = this;
    const memory = Number.isFinite(this.memory) ? Math.max(0, this.memory) * 1e9 : 0;
    const source = this.storytellers.source();
    const options = { base: this.baseUrl, source, model, variant, backend, memory, thrifty: this.#sparing.thrifty };
    const onProgress = (progress: Progress) => {
      this.act({ kind: 'progress', progress, heardAt: performance.now() });
      this.#emit('progress', progress);
    };
    const onLoading = (part: Part, progress: Progress | undefined) => {
      const arriving = progress ? part : undefined;
      if (this.shown.arriving !== arriving) this.act({ kind: 'arriving', part: arriving });
      if (progress) onProgress(progress);
    };
    const onThrift = () => {
      this.notice = SPARED;
    };
    const consent = (offer: Offer) => {
      this.#emit('offer', offer);
      return this.fetching.ask(offer, signal);
    };
    const { pausing } = this.fetching;
    return this.#teller.ready(options, onProgress, signal, { onLoading, onThrift, consent, pausing });
  }

  /** Changes what is shown: the only place where that is done. */
  act(action: Action): void {
    const before = this.state;
    this.shown = reduce(this.shown, action);
    if (this.state !== before) this.#emit('state', { state: this.state });
  }

  #emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`interleaf-${name}`, { detail, bubbles: true, composed: true }));
  }

  #speak(sentences: readonly string[]): void {
    if (sentences.length > 0) this.spoken = sentences.join(' ');
  }

  /** Shows an error and tells the host; nothing else changes. A stop is no fault. */
  #show(error: unknown): unknown {
    const plain = plainError(error);
    if (plain.name === 'StoppedError') return error;
    this.#teller.hear(plain);
    this.act({ kind: 'error', error: plain, smaller: this.#sparing.smallerFor(plain, this.teller) });
    this.#emit('error', plain);
    return error;
  }

  /** For what is no story's fault: one quiet line. */
  #notice(what: string): (error: unknown) => undefined {
    return (error) => {
      this.notice = `${what} (${plainError(error).message.replace(/\.$/, '')}).`;
    };
  }

  #over(): void {
    this.#stop = undefined;
    this.#teller.rest();
    for (const call of this.#whenOver.splice(0)) call();
    if (this.#gone) this.#leave();
  }

  // -- coming and going -------------------------------------------------------------------------------------------

  /** Gives back what the browser does not collect by itself: workers, addresses, bitmaps. What was told stays. */
  #leave(): void {
    this.#teller.end();
    this.plates.hide();
    this.#shelf.hide();
    this.entries = [];
    if (this.picture) URL.revokeObjectURL(this.picture.url);
  }

  #return(): void {
    this.#gone = false;
    // It came back before its story had ended, and nothing was given back.
    if (this.#stop) return;
    const { story, picture } = this;
    if (picture) this.picture = { ...picture, url: URL.createObjectURL(picture.png) };
    if (story) this.open(story);
    if (this.hasAttribute('shelf')) this.ask(this.#list());
  }

  // -- the shelf --------------------------------------------------------------------------------------------------

  async #keep(pages?: readonly number[]): Promise<void> {
    const { story } = this;
    if (!this.hasAttribute('shelf') || !story || story.pages.length === 0) return;
    const said = await this.#shelf.keep(
      story,
      pages?.filter((page) => page <= story.pages.length),
    );
    // What is said of something else stays.
    if (said || this.notice === this.#unkept) this.notice = said;
    this.#unkept = said;
  }

  async #restore(): Promise<void> {
    const last = await this.#shelf.latest();
    if (last && this.shown.phase === 'idle' && last.pages.length > 0) this.open(last);
    await this.#list();
  }

  async #list(): Promise<void> {
    this.entries = await this.#shelf.list();
  }

  #opening(picture: Blob | undefined): { readonly opening?: string } {
    return picture ? { opening: this.plates.show(picture) } : {};
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('shown') || changed.has('panel')) drawPreviews(this.renderRoot, this.plates.previews);
    // What is waited for counts down by itself.
    if (this.shown.progress?.waiting || this.held.fetching?.waiting) {
      this.#tick ??= setTimeout(() => {
        this.#tick = undefined;
        this.requestUpdate();
      }, 1000);
    }
    if (this.shown.offer && !(changed.get('shown') as State | undefined)?.offer) {
      this.renderRoot.querySelector<HTMLElement>('.offer h2')?.focus({ preventScroll: true });
    } else if (this.#focused && !this.#focused.isConnected) {
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
