/** A file's name from a story's title: letters and digits of any language, short enough for every system. */

const LENGTH = 60;

export function fileNameOf(title: string, extension: string): string {
  const words = title.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  let name = '';
  for (const word of words) {
    const longer = name === '' ? [...word].slice(0, LENGTH).join('') : `${name}-${word}`;
    if ([...longer].length > LENGTH) break;
    name = longer;
  }
  return `${name === '' ? 'story' : name}.${extension}`;
}
