import { html } from 'hono/html';
import { formatBytes } from '../config/units.ts';
import type { Html } from './format.ts';

interface Point {
  readonly at: number;
  readonly bytes: number;
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

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
  const x = (at: number) => round(((at - first.at) / (last.at - first.at)) * size.width);
  const y = (bytes: number) => round((1 - bytes / top) * size.height);
  const corners = shown.map(({ at, bytes }) => ({ x: x(at), y: y(bytes) }));
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
    <polyline points="${outline(corners, size)}" />
    ${limit === undefined ? '' : limitLine(y(limit), size.width)}
  </svg>`;
}

/** One line for the colour below it and its own: it goes down at both ends beyond the edges, where the picture is cut. */
function outline(corners: readonly Corner[], { width, height }: SparklineSize): string {
  const left = -2;
  const right = width + 2;
  const below = height + 2;
  return [
    { x: left, y: below },
    { x: left, y: corners[0]?.y ?? below },
    ...corners,
    { x: right, y: corners.at(-1)?.y ?? below },
    { x: right, y: below },
  ]
    .map(({ x, y }) => `${x},${y}`)
    .join(' ');
}

function limitLine(y: number, width: number): Html {
  return html`<line x1="0" y1="${y}" x2="${width}" y2="${y}" />`;
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

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
