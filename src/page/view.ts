/** The three moments: before, while it is told, after. */
import { html, type TemplateResult } from 'lit';
import type { InterleafStory } from './interleaf-story.ts';
import { viewBook } from './view-book.ts';
import { viewCover } from './view-cover.ts';
import { viewDock } from './view-dock.ts';

export function view(element: InterleafStory): TemplateResult {
  const { phase } = element.shown;
  return html`
    <main aria-busy=${phase === 'loading' || phase === 'telling'}>
      ${phase === 'idle' ? viewCover(element) : viewBook(element)}
    </main>
    ${viewDock(element)}
    <p class="spoken" aria-live="polite">${element.spoken}</p>
  `;
}
