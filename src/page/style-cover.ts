/** Before: the name, the prompt, the examples, the shelf. */
import { css } from 'lit';

export const coverStyle = css`
  .cover {
    padding: clamp(0.5rem, 5cqi, 3.5rem) 0 clamp(1.25rem, 3cqi, 2.25rem);
    text-align: center;
  }
  .cover .mark {
    display: block;
    inline-size: 3.25rem;
    block-size: 3.25rem;
    margin: 0 auto 0.75rem;
    color: var(--accent);
  }
  .cover .mark .icon svg {
    display: block;
    width: 100%;
    height: 100%;
    stroke-width: 1.1;
  }
  .cover h1 {
    font-size: clamp(2.5rem, 8cqi, 4.25rem);
    font-weight: 500;
    letter-spacing: -0.015em;
  }
  .lead {
    max-width: 30rem;
    margin: 0.6rem auto 0;
    font: 1.2rem / 1.5 var(--serif);
    color: var(--soft);
    text-wrap: balance;
  }
  .prompt {
    max-width: 42rem;
    margin: 0 auto;
    padding: clamp(1rem, 3cqi, 1.75rem);
    background: var(--sheet);
    border: 1px solid var(--line);
    border-radius: 0.9rem;
  }
  .prompt > label {
    display: block;
    margin-bottom: 0.5rem;
    font-weight: 600;
  }
  .prompt .trouble {
    margin-top: 0.9rem;
    background: var(--paper);
  }
  textarea {
    display: block;
    width: 100%;
    field-sizing: content;
    min-block-size: 4.6rem;
    max-block-size: 40vh;
    resize: vertical;
    font: 1.3rem / 1.45 var(--serif);
  }
  input[type='file'] {
    position: absolute;
    width: 1px;
    height: 1px;
    opacity: 0;
  }
  .own-picture {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    margin-top: 0.9rem;
  }
  .own-picture img {
    width: 5rem;
    height: 5rem;
    object-fit: cover;
    border-radius: 0.4rem;
  }
  .settings {
    margin-top: 0.6rem;
    color: var(--soft);
  }
  .settings summary {
    inline-size: fit-content;
    padding: 0.4rem 0.25rem;
    border-radius: 0.3rem;
  }
  .fields {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1.25rem;
    align-items: center;
    padding-top: 0.4rem;
  }
  .fields input {
    width: 7rem;
    margin-inline-start: 0.35rem;
  }
  .fields input[type='number'] {
    width: 4.5rem;
  }
  .fields input[type='checkbox'] {
    width: auto;
    margin-inline: 0 0.35rem;
  }
  .examples {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
    gap: 0.9rem;
    max-width: 64rem;
    margin: clamp(1.75rem, 4cqi, 2.75rem) auto 0;
  }
  .example {
    flex-direction: column;
    gap: 0;
    padding: 0;
    overflow: hidden;
    text-align: start;
    font: 1.05rem / 1.35 var(--serif);
  }
  .example > span:last-child {
    padding: 0.6rem 0.75rem 0.75rem;
  }
  .vignette,
  .vignette svg {
    display: block;
    width: 100%;
    aspect-ratio: 1;
  }
  .vignette svg {
    transition: transform 0.4s;
  }
  .example:hover .vignette svg {
    transform: scale(1.04);
  }
  .shelf {
    max-width: 64rem;
    margin: 3rem auto 0;
  }
  .shelf ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
    gap: 0.75rem;
    margin: 0.9rem 0 0;
    padding: 0;
    list-style: none;
  }
  .shelf li {
    display: flex;
    align-items: center;
    overflow: hidden;
    background: var(--sheet);
    border: 1px solid var(--line);
    border-radius: 0.5rem;
  }
  .shelf li button:first-child {
    flex: 1;
    min-inline-size: 0;
    padding: 0;
    gap: 0.75rem;
    text-align: start;
    color: var(--ink);
    font: 1.05rem / 1.3 var(--serif);
  }
  .shelf .spine {
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 4.25rem;
    block-size: 4.25rem;
    color: var(--soft);
    background: var(--paper);
  }
  .shelf .spine img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  @container (max-width: 30rem) {
    .prompt > .actions > * {
      flex: 1 1 100%;
      justify-content: center;
    }
  }
  @media print {
    .cover,
    .prompt,
    .unfinished,
    .examples,
    .shelf {
      display: none;
    }
  }
  .unfinished {
    max-width: 42rem;
    margin: 1rem auto 0;
    padding: 0.9rem clamp(1rem, 3cqi, 1.75rem);
    background: var(--sheet);
    border: 1px solid var(--line);
    border-radius: 0.9rem;
  }
  .unfinished p {
    margin: 0.2rem 0;
  }
  .elsewhere label {
    flex: 1 1 100%;
  }
  .elsewhere .fields input {
    display: block;
    width: min(100%, 28rem);
    margin: 0.25rem 0 0;
  }
  :is(.held, .elsewhere) h2 {
    margin: 1.5rem 0 0.25rem;
    font-size: 1rem;
  }
  .held ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .held li,
  .held .carry {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
    margin: 0.25rem 0;
  }
`;
