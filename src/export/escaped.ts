/** Text as HTML: nothing in it can become markup, and nothing in it is illegal in XML. */

// What XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets): controls but tab and newlines, FFFE, FFFF, lone surrogates.
const ILLEGAL =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML that was made by `html` and needs no more escaping. */
export interface Html {
  readonly html: string;
}

export type Part = string | number | Html | readonly Html[];

/** For element content and quoted attribute values. */
export function escaped(text: string): string {
  return text.replace(ILLEGAL, '').replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
}

/** A template whose strings are escaped; only what `html` itself made goes in as it is. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const filled = parts.map((part, i) => asHtml(part) + (strings[i + 1] ?? ''));
  return { html: (strings[0] ?? '') + filled.join('') };
}

function asHtml(part: Part): string {
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  if ('html' in part) return part.html;
  return part.map((each) => each.html).join('');
}
