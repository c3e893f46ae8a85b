/** The models that can be told with: of the page's own list, of another address, and of those held here. */
import { ManifestError } from '../errors.ts';
import { openBrowserStore, watchPolicy } from '../weights/browser-store.ts';
import { createHeldModels, type HeldModel } from '../weights/held-models.ts';
import { findModel, type Manifest, type ModelEntry, parseManifest } from '../weights/manifest.ts';

/** @param base absolute URL with a slash at its end. Rejects with ManifestError, in words that say which it was. */
export async function loadManifest(base: string, home = base): Promise<Manifest> {
  const url = new URL('weights-manifest.json', base).href;
  const elsewhere = base !== home;
  const isBlocked = elsewhere ? policyWatch() : undefined;
  let answer: Response;
  try {
    answer = await fetch(url);
  } catch {
    if (!isBlocked) throw unreachable('The list of models cannot be reached. Check the connection and try again.');
    throw unreachable((await isBlocked(url)) ? blocked(url) : closed(url));
  }
  if (!answer.ok) {
    throw unreachable(
      elsewhere
        ? `${url} answered ${answer.status}: there is no such repository, revision or folder, or no list of models in it. Check what you wrote.`
        : `The list of models answered ${answer.status} (${url}). Try again later.`,
    );
  }
  const json = await answer.json().catch(() => {
    const next = elsewhere ? 'Check the address.' : 'Reload the page.';
    throw new ManifestError('malformed', `The list of models is not JSON (${url}). ${next}`);
  });
  return parseManifest(json);
}

const unreachable = (words: string) => new ManifestError('unreachable', words);

const blocked = (url: string): string =>
  `This page may not ask ${new URL(url).origin} for anything: its Content-Security-Policy does not name it. Whoever serves the page can add it to connect-src; a folder can be added from this machine all the same.`;

/** A browser does not say which of the two it was. */
const closed = (url: string): string =>
  `${new URL(url).origin} cannot be read from here: it is not there, or it does not allow other pages to read it (CORS). Check the address and the connection.`;

let watching: ((url: string) => Promise<boolean>) | undefined;
function policyWatch(): (url: string) => Promise<boolean> {
  watching ??= watchPolicy();
  return watching;
}

/** @param id the first of the list when empty */
export async function loadModel(base: string, id: string, home = base): Promise<ModelEntry> {
  const manifest = await loadManifest(base, home);
  return id ? findModel(manifest, id) : (manifest.models[0] as ModelEntry);
}

/** What is held here of which models, the one that was used last first. Empty where nothing can be kept. */
export async function listHeld(): Promise<HeldModel[]> {
  const { kept, locks } = await openBrowserStore();
  const held = kept ? await createHeldModels(kept.disk, kept.journal, locks, Date.now).list() : [];
  return held.sort((a, b) => b.usedAt - a.usedAt);
}

/** A model that is held whole, though the list of models has it not, or cannot be reached. */
export async function heldModel(id: string): Promise<ModelEntry | undefined> {
  const held = await listHeld();
  return held.find(({ model, state }) => model.id === id && state === 'whole')?.model;
}
