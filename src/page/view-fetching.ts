/** What is being fetched: how much of it is here, how fast it comes, how long it takes; held up, gone on with, given up. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FilesProgress } from '../weights/tally.ts';
import { arrivingInWords } from './amounts.ts';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';

interface Fetching {
  /** heardAt: milliseconds of performance.now(). */
  readonly progress: Omit<FilesProgress, 'phase'> & { readonly heardAt: number };
  readonly paused: boolean;
  pause(paused: boolean): void;
  cancel(): void;
}

function viewFetching({ progress, paused, pause, cancel }: Fetching): TemplateResult {
  const { loadedBytes, totalBytes, heardAt } = progress;
  const passed = (performance.now() - heardAt) / 1000;
  return html`
    <div class="fetching" role="group" aria-label="Fetching">
      <progress max="1000" .value=${(1000 * loadedBytes) / Math.max(totalBytes, 1)} aria-label="Fetched so far"></progress>
      <p>${arrivingInWords(progress, paused, passed)}</p>
      <p class="answers">
        <button type="button" class="quiet" @click=${() => pause(!paused)}>
          ${paused ? html`${icon('go')} Go on` : html`${icon('pause')} Pause`}
        </button>
        <button type="button" class="quiet" @click=${cancel}>${icon('close')} Cancel</button>
      </p>
    </div>
  `;
}

/** For the story in hand. */
export function viewStoryFetching(element: InterleafStory): TemplateResult | typeof nothing {
  const { progress, fetching, paused } = element.shown;
  if (!progress || !fetching) return nothing;
  return viewFetching({
    ...{ progress, paused: paused ?? false },
    pause: (to) => element.fetching.pause(to),
    cancel: () => element.ask(element.fetching.cancel()),
  });
}

/** Without a story: what is gone on with. */
export function viewHeldFetching({ held }: InterleafStory): TemplateResult | typeof nothing {
  const { fetching, paused } = held;
  if (!fetching) return nothing;
  return viewFetching({ progress: fetching, paused, pause: (to) => held.pause(to), cancel: () => held.stop() });
}
