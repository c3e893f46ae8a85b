/** Whole sentences out of text that arrives in pieces, for a screen reader's ear; and the words of an alt text. */

const ALT_LENGTH = 160;

function split(text: string, lang: string | undefined): string[] {
  if (text === '') return [];
  const segmenter = new Intl.Segmenter(lang || undefined, { granularity: 'sentence' });
  return [...segmenter.segment(text)].map((part) => part.segment);
}

export interface SentenceFeed {
  /** Takes a piece and gives the sentences that it finished. */
  feed(piece: string): string[];
  /** The page is over: what is left, if anything. */
  flush(): string[];
}

/** A sentence counts as finished when the next one has begun; "3." may yet become "3.14". */
export function createSentenceFeed(lang?: string): SentenceFeed {
  let rest = '';
  return {
    feed(piece) {
      rest += piece;
      const parts = split(rest, lang);
      rest = parts.pop() ?? '';
      return parts.map((part) => part.trim()).filter((part) => part !== '');
    },
    flush() {
      const last = rest.trim();
      rest = '';
      return last === '' ? [] : [last];
    },
  };
}

/** "Picture: " and as many of the page's first sentences as fit. */
export function altOf(text: string, lang?: string): string {
  const sentences = split(text.trim(), lang);
  let alt = sentences[0]?.trim() ?? '';
  for (const sentence of sentences.slice(1)) {
    const longer = `${alt} ${sentence.trim()}`;
    if (longer.length > ALT_LENGTH) break;
    alt = longer;
  }
  if (alt.length > ALT_LENGTH) alt = `${alt.slice(0, ALT_LENGTH).replace(/\s\S*$/, '')}…`;
  return alt === '' ? 'Picture' : `Picture: ${alt}`;
}
