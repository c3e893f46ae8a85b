/** A Blob as a data URL. */

export async function dataUrlOf(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  // In pieces: a call takes a limited number of arguments.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `data:${/^image\/(png|jpeg|webp)$/.test(blob.type) ? blob.type : 'image/png'};base64,${btoa(binary)}`;
}
