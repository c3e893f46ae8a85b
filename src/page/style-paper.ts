/** Colours, type and controls. Colours follow the host's color-scheme; widths are the element's own, not the screen's. */
import { css } from 'lit';

export const paperStyle = css`
  :host {
    --paper: var(--interleaf-paper, light-dark(#faf6ee, #191614));
    --sheet: var(--interleaf-sheet, light-dark(#fffdf8, #221e1b));
    --ink: var(--interleaf-ink, light-dark(#2a2420, #ece3d6));
    --soft: var(--interleaf-soft, light-dark(#6a5f55, #b3a698));
    --line: var(--interleaf-line, light-dark(#e2d8c8, #3d352d));
    --accent: var(--interleaf-accent, light-dark(#a63d2a, #ef9a7a));
    --on-accent: var(--interleaf-on-accent, light-dark(#fffaf4, #22140d));
    --serif: var(
      --interleaf-serif,
      'Iowan Old Style', 'Palatino Linotype', Palatino, 'URW Palladio L', 'Book Antiqua', Georgia, serif
    );
    --sans: var(--interleaf-sans, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif);
    display: flex;
    flex-direction: column;
    min-inline-size: min(100%, 16rem);
    container-type: inline-size;
    color: var(--ink);
    background: var(--paper);
    font: 1rem / 1.5 var(--sans);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  * {
    box-sizing: border-box;
  }
  main {
    flex: 1;
    inline-size: 100%;
    max-inline-size: 70rem;
    margin: 0 auto;
    padding: clamp(1rem, 4cqi, 3rem) clamp(1rem, 4cqi, 2.5rem) 3rem;
  }
  h1,
  h2,
  h3 {
    font-family: var(--serif);
    font-weight: 600;
    line-height: 1.2;
    text-wrap: balance;
    margin: 0;
  }
  .icon svg {
    width: 1.15em;
    height: 1.15em;
    vertical-align: -0.2em;
  }
  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  .button,
  summary {
    font: inherit;
    cursor: pointer;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
    min-height: 2.75rem;
    padding: 0.4rem 1rem;
    color: var(--ink);
    background: var(--sheet);
    border: 1px solid var(--line);
    border-radius: 0.5rem;
    transition: border-color 0.15s, color 0.15s;
  }
  button.main {
    color: var(--on-accent);
    background: var(--accent);
    border-color: var(--accent);
    font-weight: 600;
  }
  button.quiet,
  .button.quiet {
    color: var(--soft);
    background: transparent;
    border-color: transparent;
  }
  button:hover:not(:disabled),
  .button:hover {
    color: var(--ink);
    border-color: var(--soft);
  }
  button.main:hover:not(:disabled) {
    color: var(--on-accent);
    border-color: var(--ink);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  :is(button, input, textarea, select, summary, .page):focus-visible,
  .button:focus-within {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  .page:focus:not(:focus-visible),
  h1:focus {
    outline: none;
  }
  textarea,
  input,
  select {
    font: inherit;
    color: inherit;
    background: var(--paper);
    border: 1px solid var(--soft);
    border-radius: 0.5rem;
    padding: 0.5rem 0.7rem;
  }
  ::placeholder {
    color: var(--soft);
    opacity: 1;
  }
  progress {
    appearance: none;
    border: 0;
    height: 0.3rem;
    background: var(--line);
    border-radius: 1rem;
    overflow: hidden;
  }
  progress::-webkit-progress-bar {
    background: var(--line);
  }
  progress::-webkit-progress-value {
    background: var(--accent);
    transition: inline-size 0.3s;
  }
  progress::-moz-progress-bar {
    background: var(--accent);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-top: 0.9rem;
  }
  .hint {
    margin: 0.6rem 0 0;
    font-size: 0.95rem;
    color: var(--soft);
  }
  .trouble,
  .notice {
    margin: 0;
    padding: 0.9rem 1.1rem;
    background: var(--sheet);
    border: 1px solid var(--line);
    border-inline-start: 4px solid var(--accent);
    border-radius: 0.4rem;
    overflow-wrap: anywhere;
  }
  .trouble {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 1rem;
  }
  .trouble p {
    flex: 1 1 12rem;
    margin: 0;
  }
  .trouble .actions {
    margin: 0;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after,
    progress::-webkit-progress-value {
      animation: none !important;
      transition: none !important;
    }
  }
`;
