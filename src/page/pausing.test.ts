import { expect, test } from 'vitest';
import { createPausing } from './pausing.ts';

test('all that is fetched is held up, what begins later too, and what has ended hears nothing', () => {
  const pausing = createPausing();
  const heard: string[] = [];
  const leave = pausing.join((paused) => heard.push(`writer ${paused}`));
  pausing.set(true);
  pausing.set(true);
  pausing.join((paused) => heard.push(`painter ${paused}`));
  leave();
  pausing.set(false);
  expect(heard).toEqual(['writer true', 'painter true', 'painter false']);
});
