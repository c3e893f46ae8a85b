/** Settings, folded away: what is asked for beside the prompt, and who tells it. */
import { html, nothing, type TemplateResult } from 'lit';
import { SAMPLER_NAMES } from '../stages.ts';
import type { ModelEntry } from '../weights/manifest.ts';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import { nameOf, sentencesOf } from './own-models.ts';
import { throwDice } from './seed.ts';
import { viewHeld } from './view-held.ts';

/** Gigabytes; 0 is the program's guess. Less than a model needs at once, and its parts take turns. */
const MEMORY = [0, 4, 6, 8, 12, 16, 24];

export function viewSettings(element: InterleafStory): TemplateResult {
  const set = (name: 'seed' | 'pages' | 'backend' | 'memory' | 'steps' | 'sampler') => (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    Object.assign(element, { [name]: ['pages', 'steps', 'memory'].includes(name) ? Number(value) : value });
  };
  const { minPages, maxPages } = element.chosen?.text ?? { minPages: 3, maxPages: 8 };
  return html`
    <details class="settings" @toggle=${() => element.ask(element.listModels())}>
      <summary>Settings</summary>
      ${element.models.length > 1 ? viewModels(element) : nothing}
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
            ${SAMPLER_NAMES.map((name) => html`<option value=${name} .selected=${name === element.sampler}>${name}</option>`)}
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
      <p class="hint">The same prompt and the same seed tell the same story again.</p>
      ${element.hasAttribute('shelf') ? viewHeld(element) : nothing}
    </details>
  `;
}

function viewModels(element: InterleafStory): TemplateResult {
  const { models, chosen } = element;
  const option = (model: ModelEntry) => html`
    <option value=${model.id} .selected=${model === chosen}>${nameOf(model)}</option>
  `;
  return html`
    <div class="fields">
      <label>
        Storyteller
        <select
          aria-describedby="storyteller"
          @change=${(event: Event) => element.ask(element.chooseModel((event.target as HTMLSelectElement).value))}
        >
          ${models.map(option)}
        </select>
      </label>
    </div>
    ${chosen ? html`<p class="hint" id="storyteller">${sentencesOf(chosen).join(' ')}</p>` : nothing}
  `;
}
