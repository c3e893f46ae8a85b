/** Settings, folded away: what is asked for beside the prompt, and who tells it. */
import { html, nothing, type TemplateResult } from 'lit';
import { SAMPLER_NAMES } from '../stages.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import { bytesInWords } from './amounts.ts';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import { bytesOf, nameOf, sentencesOf } from './own-models.ts';
import { paintable, paintsOnly } from './painting.ts';
import { throwDice } from './seed.ts';
import { viewHeld } from './view-held.ts';

/** Gigabytes; 0 is the program's guess. Less than a model needs at once, and its parts take turns. */
const MEMORY = [0, 4, 6, 8, 12, 16, 24];

export function viewSettings(element: InterleafStory): TemplateResult {
  const set = (name: 'seed' | 'pages' | 'backend' | 'memory' | 'steps' | 'sampler') => (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    Object.assign(element, { [name]: ['pages', 'steps', 'memory'].includes(name) ? Number(value) : value });
  };
  const { models, chosen } = element.storytellers;
  const { minPages, maxPages } = chosen?.text ?? { minPages: 3, maxPages: 8 };
  const { samplers, steps } = paintable(chosen);
  // What was chosen for another model stands until the reader takes it back.
  const offered = SAMPLER_NAMES.filter((name) => samplers.includes(name) || name === element.sampler);
  const only = chosen && paintsOnly(chosen);
  return html`
    <details class="settings" @toggle=${() => element.openSettings()}>
      <summary>Settings</summary>
      ${models.length > 1 || element.source ? viewModels(element) : nothing}
      ${chosen && chosen.variants.length > 1 ? viewVariants(element, chosen) : nothing}
      <div class="fields">
        <label>
          Pages
          <input
            type="number"
            min=${minPages}
            max=${maxPages}
            .value=${String(Math.min(Math.max(element.pages, minPages), maxPages))}
            @change=${set('pages')}
          />
        </label>
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
            ${offered.map((name) => html`<option value=${name} .selected=${name === element.sampler}>${name}</option>`)}
          </select>
        </label>
        <label>
          Painting steps
          <input
            type="number"
            min=${steps[0]}
            max=${steps[1]}
            placeholder="auto"
            .value=${element.steps ? String(element.steps) : ''}
            @change=${set('steps')}
          />
        </label>
        <label>
          <input
            type="checkbox"
            .checked=${element.everyPage}
            @change=${(event: Event) => {
              element.everyPage = (event.target as HTMLInputElement).checked;
            }}
          />
          A picture on every page
        </label>
      </div>
      ${only ? html`<p class="hint">${only}.</p>` : nothing}
      <p class="hint">The same prompt and the same seed tell the same story again.</p>
      ${element.hasAttribute('shelf') ? html`${viewElsewhere(element)}${viewHeld(element)}` : nothing}
    </details>
  `;
}

/** Weights in several forms: smaller ones take less memory. */
function viewVariants(element: InterleafStory, chosen: ModelEntry): TemplateResult {
  const option = (id: string, words: string) =>
    html`<option value=${id} .selected=${id === element.variant}>${words}</option>`;
  return html`
    <div class="fields">
      <label>
        In the form
        <select
          @change=${(event: Event) => {
            element.variant = (event.target as HTMLSelectElement).value;
          }}
        >
          ${option('auto', 'that suits this device')}
          ${chosen.variants.map((each) => option(each.id, `${each.id}, ${bytesInWords(bytesOf(chosen, each))}`))}
        </select>
      </label>
    </div>
  `;
}

/** Another place that storytellers may come from. Their files are verified as the list there says. */
function viewElsewhere(element: InterleafStory): TemplateResult {
  const { storytellers, source } = element;
  const look = () => {
    const written = element.renderRoot.querySelector<HTMLInputElement>('#elsewhere')?.value ?? '';
    void storytellers.lookAt(written);
  };
  return html`
    <section class="elsewhere" aria-labelledby="from-elsewhere">
      <h2 id="from-elsewhere">From elsewhere</h2>
      <div class="fields">
        <label>
          Address, or owner/name on Hugging Face
          <input
            id="elsewhere"
            inputmode="url"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            placeholder="https://…"
            .value=${source}
            @keydown=${(event: KeyboardEvent) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              look();
            }}
          />
        </label>
        <button type="button" @click=${look}>Look there</button>
      </div>
      <p class="hint" role="status">${storytellers.said}</p>
    </section>
  `;
}

function viewModels(element: InterleafStory): TemplateResult {
  const { models, chosen } = element.storytellers;
  const option = (model: ModelEntry) => html`
    <option value=${model.id} .selected=${model === chosen}>${nameOf(model)}</option>
  `;
  return html`
    <div class="fields">
      <label>
        Storyteller
        <select
          aria-describedby="storyteller"
          @change=${(event: Event) => element.ask(element.storytellers.choose((event.target as HTMLSelectElement).value))}
        >
          ${models.map(option)}
        </select>
      </label>
    </div>
    ${chosen ? html`<p class="hint" id="storyteller">${sentencesOf(chosen).join(' ')}</p>` : nothing}
  `;
}
