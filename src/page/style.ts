/** The look of the element: paper and ink, before, while it is told, and after. */
import { bookStyle } from './style-book.ts';
import { coverStyle } from './style-cover.ts';
import { dockStyle } from './style-dock.ts';
import { paperStyle } from './style-paper.ts';

export const style = [paperStyle, coverStyle, bookStyle, dockStyle];
