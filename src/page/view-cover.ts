/** Before: the name, a prompt, examples, settings folded away, the shelf. */
import { html, nothing, type TemplateResult } from 'lit';
import { SAMPLERS } from './asked.ts';
import { examples, icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import type { KeptStory } from './own-shelf.ts';
import { titleOf } from './prompt.ts';
import { throwDice } from './seed.ts';
import { viewTrouble } from './view-dock.ts';

/** Gigabytes; 0 is the program's guess. Less than a model needs at once, and its parts take turns. */
const MEMORY = [0, 4, 6, 8, 12, 16, 24];

export function viewCover(element: InterleafStory): TemplateResult {
  return html`
    <header class="cover">
      <slot name="intro">
        <span class="mark">${icon('book')}</span>
        <h1>Interleaf</h1>
        <p class="lead">A picture book, written and painted for you as you read. Nothing you type leaves this machine.</p>
      </slot>
    </header>
    ${viewPrompt(element)}
    ${element.hasAttribute('shelf') ? viewExamples(element) : nothing}
    ${element.entries.length > 0 ? viewShelf(element) : nothing}
  `;
}

/** On our own page; in somebody else's the cover is small. */
function viewExamples(element: InterleafStory): TemplateResult {
  return html`
    <section class="examples" aria-label="Examples">
      ${examples.map(
        ({ prompt, drawing }) => html`
          <button class="example" @click=${() => tellExample(element, prompt)}>${drawing}<span>${prompt}</span></button>
        `,
      )}
    </section>
  `;
}

function tellExample(element: InterleafStory, prompt: string): void {
  element.prompt = prompt;
  element.ask(element.generate());
}

function viewPrompt(element: InterleafStory): TemplateResult {
  const submit = (event: Event) => {
    event.preventDefault();
    element.ask(element.generate());
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  };
  const take = (event: DragEvent | ClipboardEvent) => {
    const files = 'dataTransfer' in event ? event.dataTransfer?.files : event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    void element.choosePicture(files[0]);
  };
  return html`
    <form class="prompt" part="prompt" novalidate @submit=${submit} @drop=${take} @paste=${take} @dragover=${(event: Event) => event.preventDefault()}>
      <label for="prompt">What shall the story be about?</label>
      <textarea
        id="prompt"
        rows="2"
        .value=${element.prompt}
        placeholder="a turtle with a kite on the beach"
        autocomplete="off"
        ?autofocus=${element.hasAttribute('shelf')}
        aria-invalid=${element.shown.error?.name === 'InputError'}
        enterkeyhint="go"
        @input=${(event: Event) => {
          element.prompt = (event.target as HTMLTextAreaElement).value;
        }}
        @keydown=${onKey}
      ></textarea>
      ${
        element.picture
          ? html`
            <div class="own-picture">
              <img src=${element.picture.url} alt="Your picture, which opens the story" />
              <button type="button" class="quiet" @click=${() => element.choosePicture(undefined)}>${icon('close')} Without it</button>
            </div>
          `
          : nothing
      }
      ${element.shown.error ? viewTrouble(element) : nothing}
      <div class="actions">
        <button class="main" type="submit">${icon('feather')} Tell the story</button>
        <label class="button quiet">
          ${icon('picture')} Begin with a picture
          <input
            type="file"
            accept="image/png,image/jpeg,image/webp,image/gif"
            @change=${(event: Event) => {
              const input = event.target as HTMLInputElement;
              void element.choosePicture(input.files?.[0]);
              input.value = '';
            }}
          />
        </label>
      </div>
      ${viewSettings(element)}
    </form>
  `;
}

function viewSettings(element: InterleafStory): TemplateResult {
  const set = (name: 'seed' | 'pages' | 'backend' | 'memory' | 'steps' | 'sampler') => (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    Object.assign(element, { [name]: ['pages', 'steps', 'memory'].includes(name) ? Number(value) : value });
  };
  return html`
    <details class="settings">
      <summary>Settings</summary>
      <div class="fields">
        <label>Pages <input type="number" min="3" max="8" .value=${String(element.pages)} @change=${set('pages')} /></label>
        <span class="seed">
          <label>Seed <input inputmode="numeric" placeholder="by chance" .value=${element.seed} @input=${set('seed')} /></label>
          <button
            type="button"
            class="quiet"
            @click=${() => {
              element.seed = String(throwDice());
            }}
          >
            ${icon('dice')} Throw the dice
          </button>
        </span>
        <label>
          Told by
          <select .value=${element.backend} @change=${set('backend')}>
            <option value="auto">whatever is fastest here</option>
            <option value="webgpu">the graphics card</option>
            <option value="wasm">the processor</option>
          </select>
        </label>
        <label>
          Memory it may take
          <select @change=${set('memory')}>
            ${MEMORY.map(
              (gigabytes) => html`
                <option value=${gigabytes} .selected=${gigabytes === element.memory}>
                  ${gigabytes ? `${gigabytes} GB` : 'what is usual'}
                </option>
              `,
            )}
          </select>
        </label>
        <label>
          Painted with
          <select @change=${set('sampler')}>
            <option value="">the model’s own sampler</option>
            ${SAMPLERS.map((name) => html`<option value=${name} .selected=${name === element.sampler}>${name}</option>`)}
          </select>
        </label>
        <label>
          Painting steps
          <input
            type="number"
            min="1"
            max="100"
            placeholder="auto"
            .value=${element.steps ? String(element.steps) : ''}
            @change=${set('steps')}
          />
        </label>
      </div>
      <p class="hint">The same prompt and the same seed tell the same story again.</p>
    </details>
  `;
}

function viewShelf(element: InterleafStory): TemplateResult {
  return html`
    <section class="shelf" aria-labelledby="shelf">
      <h2 id="shelf">Your shelf</h2>
      <ul>
        ${element.entries.map((entry) => viewEntry(element, entry))}
      </ul>
    </section>
  `;
}

function viewEntry(element: InterleafStory, entry: KeptStory): TemplateResult {
  const title = titleOf(entry.prompt);
  return html`
    <li>
      <button class="quiet" @click=${() => element.ask(element.openKept(entry.id))}>
        <span class="spine">${entry.coverUrl ? html`<img src=${entry.coverUrl} alt="" />` : icon('book')}</span> ${title}
      </button>
      <button class="quiet" aria-label=${`Take “${title}” off the shelf`} @click=${() => element.ask(element.removeKept(entry.id))}>${icon('remove')}</button>
    </li>
  `;
}
