/** Before: the name, a prompt, examples, settings folded away, the shelf. */
import { html, nothing, type TemplateResult } from 'lit';
import { canSee } from '../weights/manifest.ts';
import { examples, icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import type { KeptStory } from './own-shelf.ts';
import { titleOf } from './prompt.ts';
import { viewTrouble } from './view-dock.ts';
import { viewUnfinished } from './view-held.ts';
import { viewSettings } from './view-settings.ts';

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
    ${viewUnfinished(element)}
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
        ${viewPictureField(element)}
      </div>
      ${viewSettings(element)}
    </form>
  `;
}

function viewPictureField(element: InterleafStory): TemplateResult {
  // Before the list of models was asked for nobody knows, and the first of them sees.
  const { chosen } = element.storytellers;
  if (chosen && !canSee(chosen)) {
    return html`<p class="hint">${chosen.title} sees no pictures, so it cannot begin with one.</p>`;
  }
  return html`
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
