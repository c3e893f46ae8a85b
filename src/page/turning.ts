/** Turning pages, by key or by button: the next leaf comes into view. A finger turns them by scrolling alone. */

const KEYS: Readonly<Record<string, number>> = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
const LEAF = '.page, .front';

/** Arrow keys go from leaf to leaf, and the focus with them. */
export function onTurnKey(event: KeyboardEvent): void {
  // With another key they are the browser's: back in history, by words, selecting.
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const by = KEYS[event.key];
  const leaf = (event.target as Element).closest<HTMLElement>(LEAF);
  const next = by && leaf && beside(leaf, by);
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  show(next);
}

/** A button was pressed: the leaf beside the one in view. */
export function turn(event: Event, by: 1 | -1): void {
  const leaves = ((event.currentTarget as Element).getRootNode() as ShadowRoot).querySelector('.leaves');
  if (!leaves) return;
  const middle = leaves.getBoundingClientRect().left + leaves.clientWidth / 2;
  const shown = [...leaves.querySelectorAll<HTMLElement>(LEAF)].find(
    (leaf) => leaf.getBoundingClientRect().right > middle,
  );
  const next = shown && beside(shown, by);
  if (next) show(next);
}

function beside(leaf: HTMLElement, by: number): HTMLElement | undefined {
  const leaves = [...(leaf.parentElement?.querySelectorAll<HTMLElement>(LEAF) ?? [])];
  return leaves[leaves.indexOf(leaf) + by];
}

function show(leaf: HTMLElement): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const turning = leaf.parentElement?.classList.contains('turning');
  leaf.scrollIntoView({
    behavior: still ? 'instant' : 'smooth',
    block: turning ? 'nearest' : 'start',
    inline: 'center',
  });
}
