/**
 * A story told in a browser, as figures. Runs in the page: everything it needs comes as its argument.
 *
 * @param {{ prompt: string, seed: number, pages: number, backend: 'wasm' | 'webgpu' }} request
 * @returns {Promise<{ load: number, firstWord?: number, firstPicture?: number, story: number, tokens: number,
 *   writing: number, pages: number, pictures: number, steps: number[] }>} load, firstWord, firstPicture, story: seconds
 *   since it was asked for; writing: seconds; tokens, pages, pictures: counts; steps: seconds from preview to preview
 */
export async function toldStory(request) {
  const { tellStory } = await import(new URL('interleaf.js', document.baseURI).href);
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const told = { story: 0, tokens: 0, writing: 0, pages: 0, pictures: 0, steps: [] };
  let shown;
  for await (const event of tellStory(request)) {
    if (event.kind === 'page') told.load ??= since();
    if (event.kind === 'text' && /\S/.test(event.text)) told.firstWord ??= since();
    if (event.kind === 'preview' || event.kind === 'picture') event.bitmap.close();
    if (event.kind === 'preview') {
      if (event.step > 1) told.steps.push(since() - shown);
      shown = since();
    }
    if (event.kind === 'picture') {
      told.firstPicture ??= since();
      told.pictures += 1;
    }
    if (event.kind === 'page-end') {
      told.pages += 1;
      told.tokens += event.outcome.tokens;
      told.writing += event.outcome.seconds;
    }
  }
  told.story = since();
  return told;
}
