import type { SampleType } from '../pprof/profile.ts';
import type { Theme } from './theme.ts';
import { PALETTES } from './theme.ts';
import type { Markup } from './xml.ts';
import { xml } from './xml.ts';
import type { Heading } from './heading.ts';
import { headingHeight, headingMarkup } from './heading.ts';
import type { Shade } from './shade.ts';
import { plainShade, shadeOfChange } from './shade.ts';
import { change, figure, fittedName, relativeChange } from './figure.ts';
import type { FlameFrame, FlameLayout } from './flame-layout.ts';

export const FLAME_WIDTH = 1200;
const ROW = 18;
const CHARACTER = 7;
const PADDING = 3;

export interface FlameStyle {
  readonly type: SampleType;
  readonly theme: Theme;
  readonly inverted: boolean;
  /** False where the picture is of one profile, which has no growth to colour. */
  readonly compared: boolean;
  /** Function names that hold this text are marked, in whatever case. */
  readonly search: string;
  /** In the unit of the text, which is 12 high; as of a page where not given. */
  readonly width?: number;
  /** Absent within the page. */
  readonly heading?: Heading;
  /** Where a click on a frame leads; absent: nowhere. */
  readonly link?: (frame: FlameFrame) => string;
}

/** The flame graph as SVG, the root at the bottom, or on top where it is inverted. */
export function flameSvg(layout: FlameLayout, style: FlameStyle): string {
  const { width = FLAME_WIDTH } = style;
  const head = headingHeight(style, width);
  const height = head + Math.max(1, layout.depth) * ROW;
  const palette = PALETTES[style.theme];
  const name = style.heading?.title ?? 'Flame graph';
  const place: Place = (frame) =>
    head + (style.inverted ? frame.depth : layout.depth - 1 - frame.depth) * ROW;
  const tag = style.link === undefined ? 'img' : 'group';
  return xml`<svg xmlns="http://www.w3.org/2000/svg" class="flames" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="${tag}" aria-labelledby="flames-title flames-desc" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">
<title id="flames-title">${name}</title>
<desc id="flames-desc">${describeFlames(layout, style)}</desc>
${headingMarkup(style, { width, height })}
<g fill="${palette.text}" stroke="${palette.ground}" stroke-width="1">
${layout.frames.map((frame) => frameMarkup(frame, style, place))}
</g>
</svg>
`.text;
}

type Place = (frame: FlameFrame) => number;

function frameMarkup(frame: FlameFrame, style: FlameStyle, place: Place): Markup {
  const top = place(frame);
  const whole = style.width ?? FLAME_WIDTH;
  const x = round(frame.x * whole);
  const width = round(Math.max(0.5, frame.width * whole));
  const { kind, fill } = colourOf(frame, style);
  const hit = isHit(frame, style.search) ? ' hit' : '';
  const body = xml`<title>${frameTitle(frame, style)}</title><rect class="${kind}" x="${x}" y="${top}" width="${width}" height="${ROW - 1}" rx="1.5" fill="${fill}"/>${label(frame.name, { x, top, width })}`;
  if (style.link === undefined) return xml`<g class="frame${hit}">${body}</g>\n`;
  return xml`<a class="frame${hit}" href="${style.link(frame)}" aria-label="${frameTitle(frame, style)}" data-name="${frame.name}" data-depth="${frame.depth}">${body}</a>\n`;
}

function label(
  name: string,
  { x, top, width }: { readonly x: number; readonly top: number; readonly width: number },
): Markup {
  const room = Math.floor((width - 2 * PADDING) / CHARACTER);
  if (room < 3) return xml``;
  return xml`<text x="${round(x + PADDING)}" y="${top + 13}" stroke="none">${fittedName(name, room)}</text>`;
}

export function frameTitle(frame: FlameFrame, { type, compared }: FlameStyle): string {
  if (!compared) return `${frame.name}: ${figure(frame.after, type)}`;
  const grown = frame.after - frame.before;
  const relative = relativeChange(grown, frame.before);
  return `${frame.name}: ${figure(frame.before, type)} to ${figure(frame.after, type)} (${change(grown, type)}${relative === '' ? '' : `, ${relative}`})`;
}

function colourOf({ change: grown }: FlameFrame, { theme, compared }: FlameStyle): Shade {
  return compared ? shadeOfChange(grown, theme) : plainShade(theme);
}

export function isHit({ name }: FlameFrame, search: string): boolean {
  return search !== '' && name.toLowerCase().includes(search.toLowerCase());
}

/** What the picture shows, for those who do not see it: the most grown and the most shrunk leaves. */
export function describeFlames(
  { frames, hidden }: FlameLayout,
  { type, compared }: Pick<FlameStyle, 'type' | 'compared'>,
): string {
  const root = frames[0];
  if (root === undefined) return 'Nothing to show.';
  const total = compared
    ? `From ${figure(root.before, type)} to ${figure(root.after, type)} of ${type}.`
    : `${figure(root.after, type)} of ${type}.`;
  const left = hidden === 0 ? '' : ` ${hidden} narrow frames are left out.`;
  return `${total} ${frames.length} frames, each as wide as the ${type} below it${compared ? '; red grew, blue shrank' : ''}.${left}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
