/**
 * A four-page story told in a browser, as figures. Runs in the page: everything it needs comes as its argument.
 *
 * @param {{ prompt: string, seed: number, pages: number, backend: 'wasm' | 'webgpu' }} request
 * @returns {Promise<{ firstWord: number, firstPicture?: number, story: number, tokens: number, writing: number,
 *   painted: number[], pages: number }>} seconds; tokens, pages: counts; painted: seconds of each picture
 */
export async function toldStory(request) {
  const { tellStory } = await import(new URL('interleaf.js', document.baseURI).href);
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const told = {
    firstWord: undefined,
    firstPicture: undefined,
    story: 0,
    tokens: 0,
    writing: 0,
    painted: [],
    pages: 0,
  };
  for await (const event of tellStory(request)) {
    if (event.kind === 'text' && /\S/.test(event.text)) told.firstWord ??= since();
    if (event.kind === 'preview' || event.kind === 'picture') event.bitmap.close();
    if (event.kind === 'picture') {
      told.firstPicture ??= since();
      told.painted.push(event.seconds);
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
