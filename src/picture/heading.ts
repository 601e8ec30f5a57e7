import type { Theme } from './theme.ts';
import { PALETTES } from './theme.ts';
import type { Markup } from './xml.ts';
import { xml } from './xml.ts';

/** Narrower than this, the key of colours stands below the words and not beside them. */
const ROOM_FOR_KEY = 1_000;
const HEIGHT = 64;
const KEY_ROW = 20;

/** Written above a picture that stands alone, as in a mail. */
export interface Heading {
  readonly title: string;
  readonly subtitle: string;
}

export interface HeadedPicture {
  readonly heading?: Heading | undefined;
  readonly theme: Theme;
  /** Whether growth is coloured, which the key tells. */
  readonly compared: boolean;
}

/** How much room it takes; nothing within a page, which says the same in its own words. */
export function headingHeight({ heading }: Pick<HeadedPicture, 'heading'>, width: number): number {
  if (heading === undefined) return 0;
  return HEIGHT + (width < ROOM_FOR_KEY ? KEY_ROW : 0);
}

/** The ground of the picture with the words and the key of colours on it. */
export function headingMarkup(
  { heading, theme, compared }: HeadedPicture,
  { width, height }: { readonly width: number; readonly height: number },
): Markup {
  if (heading === undefined) return xml``;
  const { ground, text, faint, grown, shrunk, same } = PALETTES[theme];
  const key = width < ROOM_FOR_KEY ? { x: 4, y: 50 } : { x: width - 300, y: 30 };
  const colours = [
    { name: 'grown', fill: grown.at(-1) ?? same },
    { name: 'unchanged', fill: same },
    { name: 'shrunk', fill: shrunk.at(-1) ?? same },
  ].map(
    ({ name, fill }, index) =>
      xml`<rect x="${key.x + index * 100}" y="${key.y}" width="12" height="12" fill="${fill}"/><text x="${key.x + 17 + index * 100}" y="${key.y + 11}" fill="${faint}">${name}</text>`,
  );
  return xml`<rect width="${width}" height="${height}" fill="${ground}"/>
<text x="4" y="20" font-size="16" font-weight="bold" fill="${text}">${heading.title}</text>
<text x="4" y="42" fill="${faint}">${heading.subtitle}</text>
${compared ? colours : []}`;
}
