/** The three moments: before, while it is told, after. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';
import { viewBook } from './view-book.ts';
import { viewCover } from './view-cover.ts';
import { viewPanel } from './view-panel.ts';

export function view(element: InterleafStory): TemplateResult {
  const { phase } = element.shown;
  return html`
    <main aria-busy=${phase === 'loading' || phase === 'telling'}>
      ${phase === 'idle' ? viewCover(element) : viewBook(element)} ${viewTrouble(element)} ${viewStatus(element)}
      ${phase === 'idle' ? nothing : viewPanel(element)}
    </main>
  `;
}

/** What happened, and the next step as a button. */
function viewTrouble(element: InterleafStory): TemplateResult | typeof nothing {
  const { error } = element.shown;
  const again = error && error.name !== 'InputError' && element.shown.phase === 'idle';
  return html`
    <div class="trouble" role="alert" ?hidden=${!error}>
      ${error ? html`<p>${error.message}</p>` : nothing}
      <div class="actions">
        ${again ? html`<button @click=${() => element.ask(element.generate())}>${icon('again')} Try again</button>` : nothing}
        <button class="quiet" @click=${() => element.dismiss()}>${icon('close')} Close</button>
      </div>
    </div>
    ${element.notice ? html`<p class="notice" role="status">${element.notice}</p>` : nothing}
  `;
}

/** One line that says in plain words what is happening, and stop. */
function viewStatus(element: InterleafStory): TemplateResult | typeof nothing {
  const { phase, status, progress, redrawing } = element.shown;
  if (phase !== 'loading' && phase !== 'telling' && !redrawing) return nothing;
  const percent = progress ? Math.round(progress.fraction * 100) : undefined;
  const size = progress ? ` (${(progress.totalBytes / 1e6).toFixed(0)} MB)` : '';
  return html`
    <div class="status" part="status">
      <p>${status}${percent === undefined ? '' : `${size}, ${percent} %`}${percent === undefined ? '…' : ''}</p>
      ${percent === undefined ? nothing : html`<progress max="100" .value=${percent} aria-label="Loading"></progress>`}
      <button class="stop" @click=${() => element.stop()}>${icon('stop')} Stop</button>
    </div>
  `;
}
