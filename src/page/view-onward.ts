/** After the end of a story that can have more chapters: what it is to go on with. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons.ts';
import type { InterleafStory } from './interleaf-story.ts';

export function viewOnward(element: InterleafStory): TemplateResult | typeof nothing {
  const { pages, redrawing } = element.shown;
  if (!pages[0]?.chapter) return nothing;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const asked = new FormData(event.currentTarget as HTMLFormElement).get('onward');
    element.ask(element.goOn(String(asked)));
  };
  return html`
    <form class="onward" novalidate @submit=${submit}>
      <label for="onward">And what then?</label>
      <input id="onward" name="onward" dir="auto" autocomplete="off" enterkeyhint="go" placeholder="the next day they find a boat" />
      <button ?disabled=${redrawing !== undefined}>${icon('feather')} Tell the next chapter</button>
    </form>
  `;
}
