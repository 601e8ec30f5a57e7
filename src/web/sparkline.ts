import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { html } from 'hono/html';
import { formatBytes } from '../config/units.ts';
import type { Html } from './format.ts';

interface Point {
  readonly at: number;
  readonly bytes: number;
}

type Corner = readonly [x: number, y: number];

export interface SparklineSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Memory over time as a picture, drawn from zero so that its slope is not exaggerated; with a line at
 * the limit where that is not far above. Colours come from the stylesheet: the page's policy allows no
 * style in the markup.
 */
export function sparkline(
  points: readonly Point[],
  size: SparklineSize,
  limitBytes: number | undefined,
): Html {
  const shown = thin(points, size.width);
  const highest = Math.max(...shown.map(({ bytes }) => bytes));
  const [first] = shown;
  const last = shown.at(-1);
  if (first === undefined || last === undefined) return html``;
  if (first.at === last.at || highest <= 0) return html``;
  const limit = limitBytes !== undefined && limitBytes <= 2 * highest ? limitBytes : undefined;
  const top = 1.05 * Math.max(highest, limit ?? 0);
  const x = scaleLinear([first.at, last.at], [0, size.width]);
  const y = scaleLinear([0, top], [size.height, 0]);
  const corners = shown.map(({ at, bytes }): Corner => [x(at), y(bytes)]);
  const label = `memory from ${formatBytes(first.bytes)} to ${formatBytes(last.bytes)}, at most ${formatBytes(highest)}`;
  return html`<svg
    class="sparkline"
    viewBox="0 0 ${size.width} ${size.height}"
    width="${size.width}"
    height="${size.height}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    <path d="${outline(corners, size)}" />
    ${limit === undefined ? '' : limitLine(y(limit), size.width)}
  </svg>`;
}

/** One line for the colour below it and its own: it goes down at both ends beyond the edges, where the picture is cut. */
function outline(corners: readonly Corner[], { width, height }: SparklineSize): string {
  const [left, right, below] = [-2, width + 2, height + 2];
  const [begin, end] = [corners[0]?.[1] ?? below, corners.at(-1)?.[1] ?? below];
  const around: readonly Corner[] = [
    [left, below],
    [left, begin],
    ...corners,
    [right, end],
    [right, below],
  ];
  return line<Corner>().digits(1)(around) ?? '';
}

function limitLine(y: number, width: number): Html {
  const at = y.toFixed(1);
  return html`<line x1="0" y1="${at}" x2="${width}" y2="${at}" />`;
}

/** At most one point a pixel: of those that share one, the highest, and always the newest. */
function thin(points: readonly Point[], width: number): readonly Point[] {
  const perPixel = Math.ceil(points.length / width);
  if (perPixel <= 1) return points;
  const thinned: Point[] = [];
  for (let start = 0; start < points.length; start += perPixel) {
    const group = points.slice(start, start + perPixel);
    thinned.push(group.reduce((high, point) => (point.bytes > high.bytes ? point : high)));
  }
  return [...thinned, ...points.slice(-1)];
}
