/** The hidden states that predicted [IMG0]…[IMGK−1]: the state before [IMG0], then those at [IMG0]…[IMGK−2]. */
import type { ModelShape, Vokens } from '../stages.ts';
import type { Context, Thought } from './context.ts';

/**
 * Call when [IMG0] was sampled from `before`. Feeds all K voken tokens in one pass; text goes on from the thought
 * that comes back, whose last row stands at [IMGK−1].
 */
export async function gatherVokens(
  context: Context,
  before: Thought,
  shape: ModelShape,
): Promise<{ vokens: Vokens; after: Thought }> {
  const { K, D } = shape;
  const data = new Float32Array(K * D);
  data.set(await before.hidden(before.rows - 1, before.rows), 0);
  const after = await context.feed({ ids: shape.vokenIds, sights: [] });
  data.set(await after.hidden(0, K - 1), D);
  return { vokens: { data, width: D }, after };
}
