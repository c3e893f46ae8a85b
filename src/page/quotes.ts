/** Straight quotes as a book prints them. One character stays one character, so every offset still holds. */
export function curled(text: string): string {
  return text
    .replace(/(^|[\s([—–‘“])"/g, '$1“')
    .replace(/"/g, '”')
    .replace(/(^|[\s([—–“])'(?=\S)/g, '$1‘')
    .replace(/'/g, '’');
}
