import { shorten } from './figure.ts';
import type { Markup } from './xml.ts';
import { xml } from './xml.ts';

/** One entry of a legend, not yet in its place. */
export interface Entry {
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
  /** Lies as a line of a chart does; stands as a mark on the line of time does. */
  readonly shape: 'lies' | 'stands' | 'stands_short';
}

export interface Key extends Entry {
  readonly x: number;
  readonly row: number;
}

export const LEGEND_ROW = 18;
const LIES = 46;
const STANDS = 34;
const CHARACTER = 7;
const LONGEST = 40;
const FIRST_ROW = 37;

/**
 * In as many rows as they take, from `left` on where one row is enough, else from the edge on. Done here,
 * since a library would lay it out by measuring text in a browser.
 */
export function placeKeys(
  entries: readonly Entry[],
  { left, width }: { readonly left: number; readonly width: number },
): readonly Key[] {
  const all = entries.map((one) => ({ ...one, name: shorten(one.name, LONGEST) }));
  const widths = all.map(
    ({ name, shape }) => (shape === 'lies' ? LIES : STANDS) + name.length * CHARACTER,
  );
  const fits = widths.reduce((sum, one) => sum + one, left) <= width;
  const start = fits ? left : 4;
  let x = start;
  let row = 0;
  return all.map((one, index) => {
    const keyWidth = widths[index] ?? 0;
    if (x > start && x + keyWidth > width) {
      x = start;
      row += 1;
    }
    const placed = { ...one, x, row };
    x += keyWidth;
    return placed;
  });
}

export function legendMarkup(keys: readonly Key[], text: string): readonly Markup[] {
  return keys.map(({ name, colour, dash, shape, x, row }) => {
    const y = FIRST_ROW + row * LEGEND_ROW;
    if (shape === 'lies')
      return xml`<line x1="${x}" x2="${x + 20}" y1="${y - 4}" y2="${y - 4}" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/><text x="${x + 26}" y="${y}" fill="${text}">${name}</text>`;
    const top = shape === 'stands' ? y - 12 : y - 5;
    return xml`<line x1="${x + 6}" x2="${x + 6}" y1="${top}" y2="${y + 2}" stroke="${colour}" stroke-width="1.5" stroke-dasharray="${dash}"/><text x="${x + 14}" y="${y}" fill="${text}">${name}</text>`;
  });
}
