/** The models on this machine: how much of each is held; removed, checked, carried in and out as folders. */
import { html, nothing, type TemplateResult } from 'lit';
import type { HeldModel } from '../weights/held-models.ts';
import { bytesInWords } from './amounts.ts';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import { isUnfinished } from './own-held.ts';
import { viewHeldFetching } from './view-fetching.ts';

type Window = typeof globalThis & { showDirectoryPicker?(of: object): Promise<FileSystemDirectoryHandle> };

export function viewHeld(element: InterleafStory): TemplateResult {
  const { held } = element;
  return html`
    <section class="held" aria-labelledby="held">
      <h2 id="held">On this machine</h2>
      ${
        held.entries.length === 0
          ? html`<p class="hint">No storyteller is kept here yet.</p>`
          : html`<ul>${held.entries.map((entry) => viewEntry(element, entry))}</ul>${viewLasting(element)}`
      }
      <p class="carry">
        <label class="button quiet">
          ${icon('book')} Add one from a folder
          <input
            type="file"
            webkitdirectory
            multiple
            ?disabled=${held.busy}
            @change=${(event: Event) => {
              const input = event.target as HTMLInputElement;
              const given = [...(input.files ?? [])].map((file) => ({
                path: file.webkitRelativePath || file.name,
                file,
              }));
              input.value = '';
              if (given.length > 0) element.ask(element.storytellers.takeFolder(given));
            }}
          />
        </label>
        ${held.busy && !held.fetching ? html`<button type="button" class="quiet" @click=${() => held.stop()}>${icon('stop')} Stop</button>` : nothing}
      </p>
      ${viewHeldFetching(element)}
      <p class="hint" role="status">${held.fetching ? '' : held.said}</p>
    </section>
  `;
}

/** Whether the browser may clear it by itself. */
function viewLasting({ lasting }: InterleafStory): TemplateResult | typeof nothing {
  const { promised, refused } = lasting;
  if (promised === undefined) return nothing;
  if (promised) return html`<p class="hint">This browser has promised to keep it until you remove it.</p>`;
  return html`
    <p class="hint">
      This browser has not promised to keep it: when room runs short it may clear it by itself, and it would have to be
      fetched again.
      ${refused ? 'It was asked, and does not promise yet; it is likelier to for a page that is installed or bookmarked.' : nothing}
    </p>
    <p class="carry">
      <button type="button" class="quiet" @click=${() => lasting.ask()}>
        ${icon(refused ? 'again' : 'save')} ${refused ? 'Ask it again' : 'Ask it to promise'}
      </button>
    </p>
  `;
}

/** On the cover: what began to be fetched, on this visit or an earlier one, and is not here in full. */
export function viewUnfinished(element: InterleafStory): TemplateResult | typeof nothing {
  const { held } = element;
  const unfinished = held.entries.filter(isUnfinished);
  if (unfinished.length === 0 || element.shown.offer) return nothing;
  return html`
    <section class="unfinished" aria-label="Not here in full">
      ${
        held.fetching
          ? viewHeldFetching(element)
          : unfinished.map(
              (entry) => html`
                <p>${missingOf(entry)}</p>
                <p class="answers">${viewGoOn(element, entry)} ${viewRemove(element, entry)}</p>
              `,
            )
      }
      ${held.said && !held.fetching ? html`<p class="hint" role="status">${held.said}</p>` : nothing}
    </section>
  `;
}

function missingOf({ model, state, heldBytes, totalBytes }: HeldModel): string {
  const what = state === 'evicted' ? 'was here, and the browser has removed some of it' : 'is not here in full yet';
  const total = bytesInWords(totalBytes);
  const amount = heldBytes > 0 ? `${bytesInWords(heldBytes)} of ${total} are kept` : `${total} are missing`;
  return `${model.title} ${what}: ${amount}.`;
}

function viewGoOn({ held }: InterleafStory, entry: HeldModel): TemplateResult {
  return html`
    <button type="button" ?disabled=${held.busy} @click=${() => held.fetch(entry)}>
      ${icon('go')} Fetch the other ${bytesInWords(entry.totalBytes - entry.heldBytes)}
    </button>
  `;
}

function viewRemove({ held }: InterleafStory, { model }: HeldModel): TemplateResult {
  return html`
    <button type="button" class="quiet" ?disabled=${held.busy} aria-label=${`Remove ${model.title} from this machine`} @click=${() => held.remove(model)}>
      ${icon('remove')} Remove
    </button>
  `;
}

function stateOf({ state, heldBytes, totalBytes }: HeldModel): string {
  if (state === 'whole') return bytesInWords(totalBytes);
  const part = `${bytesInWords(heldBytes)} of ${bytesInWords(totalBytes)}`;
  return state === 'partly' ? `${part} so far` : `${part}; the browser removed the rest`;
}

function viewEntry(element: InterleafStory, entry: HeldModel): TemplateResult {
  const { held } = element;
  const { model, state } = entry;
  const pick = (globalThis as Window).showDirectoryPicker;
  const give = async () => {
    const directory = await pick?.({ mode: 'readwrite' }).catch(() => undefined);
    if (directory) await held.give(model, directory);
  };
  return html`
    <li>
      <span>${model.title}, ${stateOf(entry)}</span>
      ${
        state === 'whole'
          ? html`<button type="button" class="quiet" ?disabled=${held.busy} @click=${() => held.check(model)}>Check</button>`
          : nothing
      }
      ${
        pick && state === 'whole'
          ? html`<button type="button" class="quiet" ?disabled=${held.busy} @click=${give}>Write to a folder</button>`
          : nothing
      }
      ${isUnfinished(entry) ? viewGoOn(element, entry) : nothing} ${viewRemove(element, entry)}
    </li>
  `;
}
