/** The models on this machine: how much of each is held; removed, checked, carried in and out as folders. */
import { html, nothing, type TemplateResult } from 'lit';
import type { HeldModel } from '../weights/held-models.ts';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import { bytesInWords } from './offer.ts';

type Window = typeof globalThis & { showDirectoryPicker?(of: object): Promise<FileSystemDirectoryHandle> };

export function viewHeld(element: InterleafStory): TemplateResult {
  const { held } = element;
  return html`
    <section class="held" aria-labelledby="held">
      <h2 id="held">On this machine</h2>
      ${
        held.entries.length === 0
          ? html`<p class="hint">No storyteller is kept here yet.</p>`
          : html`<ul>${held.entries.map((entry) => viewEntry(element, entry))}</ul>`
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
              if (given.length > 0) element.ask(element.takeFolder(given));
            }}
          />
        </label>
        ${held.busy ? html`<button type="button" class="quiet" @click=${() => held.stop()}>${icon('stop')} Stop</button>` : nothing}
      </p>
      <p class="hint" role="status">${held.said}</p>
    </section>
  `;
}

function stateOf({ state, heldBytes, totalBytes }: HeldModel): string {
  if (state === 'whole') return bytesInWords(totalBytes);
  const part = `${bytesInWords(heldBytes)} of ${bytesInWords(totalBytes)}`;
  return state === 'partly' ? `${part} so far` : `${part}; the browser removed the rest`;
}

function viewEntry({ held }: InterleafStory, entry: HeldModel): TemplateResult {
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
      <button type="button" class="quiet" ?disabled=${held.busy} aria-label=${`Remove ${model.title} from this machine`} @click=${() => held.remove(model)}>
        ${icon('remove')} Remove
      </button>
    </li>
  `;
}
