/** Who can tell: the models of the page's list, of another place that the reader wrote down, and of this machine. */
import { plainError } from '../errors.ts';
import { baseOf } from '../weights/base.ts';
import type { GivenFile } from '../weights/given-folder.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import { loadManifest } from './listed.ts';
import type { OwnHeld } from './own-held.ts';
import { type Choice, createOwnModels, type OwnModels } from './own-models.ts';

/** The element, as far as it is asked here. */
export interface Host {
  /** Id of the model; empty: the first of the list. */
  model: string;
  /** Where the list and the weights come from, as the reader wrote it; empty: from where the page comes. */
  source: string;
  /** Absolute URL with a slash at its end. */
  readonly baseUrl: string;
  /** 'shelf': a choice is kept for the next visit. */
  hasAttribute(name: 'shelf'): boolean;
  requestUpdate(): void;
}

export interface OwnStorytellers {
  /** Empty before anybody asked. */
  readonly models: readonly ModelEntry[];
  /** Which tells the next story, as far as is known. */
  readonly chosen: ModelEntry | undefined;
  /** What came of looking elsewhere, in one sentence. */
  readonly said: string;
  /** Resolves when the choice of an earlier visit was looked up; to it, where that is what is chosen now. */
  readonly recalled: Promise<Choice>;
  /** Absolute URL with a slash at its end. Throws ManifestError where what was written is none. */
  source(): string;
  /** Looks up which there are: a small file. Rejects with ManifestError. */
  list(): Promise<void>;
  /** Takes what lies at an address, or in a Hugging Face repository; nothing written: what the page comes with. */
  lookAt(written: string): Promise<void>;
  /** Keeps one from a folder; it can be chosen from then on. */
  takeFolder(given: readonly GivenFile[]): Promise<void>;
  /** Of the next story, and of the next visit. */
  choose(id: string): Promise<void>;
  recall(): void;
}

const NONE: Choice = { id: '', source: '' };

export function createOwnStorytellers(
  host: Host,
  held: Pick<OwnHeld, 'entries' | 'list' | 'take'>,
  kept: OwnModels = createOwnModels(),
  load: typeof loadManifest = loadManifest,
): OwnStorytellers {
  let models: readonly ModelEntry[] = [];
  let listed = false;
  let said = '';
  let recalled: Promise<Choice> = Promise.resolve(NONE);

  /** Those that are whole here can be told with, whether a list has them or not. */
  const withHeld = (listed: readonly ModelEntry[]): readonly ModelEntry[] => {
    const whole = held.entries.filter(({ state }) => state === 'whole').map(({ model }) => model);
    return [...listed, ...whole.filter(({ id }) => !listed.some((each) => each.id === id))];
  };
  const sourceOf = (written: string) => (written.trim() ? baseOf(written, host.baseUrl) : host.baseUrl);

  async function keep(): Promise<void> {
    const choice = { id: host.model, source: host.source };
    recalled = Promise.resolve(choice);
    if (host.hasAttribute('shelf')) await kept.keep(choice);
  }

  const own: OwnStorytellers = {
    get models() {
      return models;
    },
    get chosen() {
      return models.find(({ id }) => id === host.model) ?? models[0];
    },
    get said() {
      return said;
    },
    get recalled() {
      return recalled;
    },
    source: () => sourceOf(host.source),
    async list() {
      await recalled;
      if (listed) return;
      await held.list();
      models = withHeld([]);
      models = withHeld((await load(own.source(), host.baseUrl)).models);
      listed = true;
      host.requestUpdate();
    },
    async lookAt(written) {
      try {
        const list = await load(sourceOf(written), host.baseUrl);
        const [first] = list.models;
        Object.assign(host, { source: written.trim(), model: written.trim() ? (first?.id ?? '') : '' });
        models = withHeld(list.models);
        listed = true;
        const titles = list.models.map(({ title }) => title).join(', ');
        said = host.source ? `There: ${titles}.` : 'The page’s own storytellers again.';
        await keep();
      } catch (error) {
        said = plainError(error).message;
      }
      host.requestUpdate();
    },
    async takeFolder(given) {
      await held.take(given);
      models = withHeld(models);
      host.requestUpdate();
    },
    async choose(id) {
      host.model = id;
      await keep();
      host.requestUpdate();
    },
    recall() {
      recalled = (async () => {
        const choice = await kept.recall().catch(() => NONE);
        // What a host chose stands.
        if (host.model || host.source) return NONE;
        Object.assign(host, { model: choice.id, source: choice.source });
        return choice;
      })();
    },
  };
  return own;
}
