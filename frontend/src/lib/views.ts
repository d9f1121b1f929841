/** How a change is drawn: field by field, or as text. */
export const VIEWS = ['fields', 'unified', 'split'] as const;
export type View = (typeof VIEWS)[number];
