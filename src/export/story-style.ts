/** The look of an exported story. */
export const STORY_STYLE = `
:root { color-scheme: light dark; --paper: #faf6ee; --ink: #221f1a; --faint: #6b6459; }
@media (prefers-color-scheme: dark) { :root { --paper: #1b1a18; --ink: #e9e3d6; --faint: #a49c8d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.2rem/1.65 'Iowan Old Style', 'Palatino Linotype', Palatino, Georgia, 'Noto Serif', serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem; }
h1 { margin: 1rem 0 2.5rem; font-size: 2rem; line-height: 1.2; font-weight: 600; text-align: center; text-wrap: balance; }
h2 { margin: 0 0 0.8em; font-size: 1.3rem; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
section { display: grid; gap: 1rem 2.5rem; margin: 0 0 3rem; align-items: center; }
section > div { max-width: 34rem; margin: 0 auto; }
img { display: block; width: 100%; max-width: 30rem; height: auto; margin: 0 auto; border-radius: 4px; }
header img { width: auto; max-width: min(100%, 22rem); margin-bottom: 3rem; }
p { margin: 0 0 0.8em; white-space: pre-line; overflow-wrap: anywhere; }
footer { max-width: 34rem; margin: 0 auto; padding: 0 1.25rem 2rem; color: var(--faint); text-align: center;
  font: 0.8rem/1.5 system-ui, sans-serif; }
@media (min-width: 48rem) {
  section:has(img) { grid-template-columns: 1fr 1fr; }
  section:nth-of-type(even):has(img) > img { order: 2; }
}
@page { margin: 18mm; }
@media print {
  :root { --paper: #fff; --ink: #000; --faint: #444; }
  body { font-size: 13pt; }
  main { padding: 0; }
  section { display: block; break-inside: avoid; margin: 0 0 12mm; }
  img { max-width: 110mm; margin-bottom: 6mm; print-color-adjust: exact; }
  p { orphans: 3; widows: 3; }
}
`;
