import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { PALETTES } from '../../src/picture/theme.ts';
import { xml, type Markup } from '../../src/picture/xml.ts';

/** A figure by what it grows with. */
export interface Curve {
  readonly title: string;
  /** What x counts, and whether by powers of ten. */
  readonly across: string;
  readonly byPowers?: boolean;
  /** Of y; empty for a share. */
  readonly unit: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export const PICTURE_WIDTH = 960;
const COLUMNS = 3;
const [PANEL_WIDTH, PANEL_HEIGHT] = [PICTURE_WIDTH / COLUMNS, 230];
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 34, 40, 48];
const MOST_STEPS = 4;
const { ground, text, faint, edge, series } = PALETTES.light;

/** One panel a curve, from zero, so that what grows in proportion is a straight line. */
export function curvesSvg(curves: readonly Curve[]): string {
  const height = PANEL_HEIGHT * Math.ceil(curves.length / COLUMNS);
  const drawn = curves.filter(({ points }) => points.length > 0);
  return xml`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PICTURE_WIDTH} ${height}" width="${PICTURE_WIDTH}" height="${height}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="11">
<rect width="${PICTURE_WIDTH}" height="${height}" fill="${ground}"/>
${drawn.map((curve, index) => {
  const [x, y] = [PANEL_WIDTH * (index % COLUMNS), PANEL_HEIGHT * Math.floor(index / COLUMNS)];
  return xml`<g transform="translate(${x},${y})">${panel(curve)}</g>`;
})}
</svg>
`.text;
}

function panel({ title, across, unit, points, byPowers = false }: Curve): Markup {
  const xs = points.map((point) => point.x);
  const highest = Math.max(...points.map((point) => point.y));
  const span = [LEFT, PANEL_WIDTH - RIGHT];
  const x = byPowers
    ? scaleLog([Math.min(...xs), Math.max(...xs)], span)
    : scaleLinear([0, Math.max(...xs)], span);
  const y = scaleLinear([0, 1.1 * highest], [PANEL_HEIGHT - BOTTOM, TOP]);
  const path = line<Curve['points'][number]>(
    (point) => round(x(point.x)),
    (point) => round(y(point.y)),
  );
  const floor = PANEL_HEIGHT - BOTTOM;
  return xml`<text x="8" y="22" font-size="13" font-weight="bold" fill="${text}">${unit === '' ? title : `${title}, ${unit}`}</text>
${y
  .ticks(MOST_STEPS)
  .map(
    (value) =>
      xml`<line x1="${LEFT}" x2="${PANEL_WIDTH - RIGHT}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="${edge}"/><text x="${LEFT - 5}" y="${round(y(value)) + 4}" text-anchor="end" fill="${faint}">${value.toLocaleString('en')}</text>`,
  )}
${(byPowers ? labelled(xs) : x.ticks(MOST_STEPS)).map(
  (value) =>
    xml`<text x="${round(x(value))}" y="${floor + 16}" text-anchor="middle" fill="${faint}">${value.toLocaleString('en')}</text>`,
)}
<text x="${(LEFT + PANEL_WIDTH - RIGHT) / 2}" y="${floor + 34}" text-anchor="middle" fill="${faint}">${across}</text>
<path d="${path(points) ?? ''}" fill="none" stroke="${series[0] ?? ''}" stroke-width="2"/>
${points.map((point) => xml`<circle cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="3" fill="${series[0] ?? ''}"/>`)}`;
}

/** Every second one from the last, where they stand close. */
function labelled(xs: readonly number[]): readonly number[] {
  return xs.length <= MOST_STEPS ? xs : xs.filter((_, index) => (xs.length - 1 - index) % 2 === 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
