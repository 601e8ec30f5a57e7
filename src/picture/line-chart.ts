import { formatBytes } from '../config/units.ts';
import { timeLabel, timeTicks, valueTicks } from './axis.ts';
import type { Theme } from './theme.ts';
import { PALETTES } from './theme.ts';
import type { Markup } from './xml.ts';
import { xml } from './xml.ts';

export interface Series {
  readonly name: string;
  /** Oldest first; times are Unix milliseconds. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

/** A moment worth a mark on the line of time. */
export interface Mark {
  readonly at: number;
  /** A tick at the foot for what comes often, a line with its name for what does not. */
  readonly kind: 'tick' | 'line';
  readonly name: string;
}

export interface LineChart {
  readonly title: string;
  readonly unit: 'bytes' | 'count';
  readonly series: readonly Series[];
  /** Drawn where it is not so far above that the rest would lie flat. */
  readonly limit?: { readonly name: string; readonly value: number } | undefined;
  readonly marks?: readonly Mark[];
  readonly theme: Theme;
  readonly width?: number;
  readonly height?: number;
}

const LEFT = 68;
const RIGHT = 12;
const TOP = 46;
const BOTTOM = 30;
const MAX_MARK_NAMES = 8;

interface Frame extends LineChart {
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  readonly highest: number;
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
}

/** Lines over time as SVG, from zero, times in UTC. What it shows is in its `desc` in words. */
export function renderLineChart(chart: LineChart): string {
  const frame = frameOf(chart);
  const { width, height, theme } = frame;
  const palette = PALETTES[theme];
  return xml`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="chart-title chart-desc" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">
<title id="chart-title">${chart.title}</title>
<desc id="chart-desc">${describeChart(chart)}</desc>
<rect width="${width}" height="${height}" fill="${palette.ground}"/>
${legend(frame)}
${valueAxis(frame)}
${timeAxis(frame)}
${marks(frame)}
${limitLine(frame)}
${chart.series.map((one, index) => line(one, colour(frame, index), frame))}
</svg>
`.text;
}

/** In words, for those who do not see it: how each line begins, ends and how high it came. */
export function describeChart({ series, unit, limit }: LineChart): string {
  const lines = series.flatMap(({ name, points }) => {
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined) return [];
    const highest = Math.max(...points.map(({ value }) => value));
    return [
      `${name} from ${format(first.value, unit)} to ${format(last.value, unit)}, at most ${format(highest, unit)}`,
    ];
  });
  const bound = limit === undefined ? [] : [`${limit.name} ${format(limit.value, unit)}`];
  return lines.length === 0 ? 'Nothing to show yet.' : `${[...lines, ...bound].join('; ')}.`;
}

function frameOf(chart: LineChart): Frame {
  const { width = 960, height = 280, limit, series } = chart;
  const points = series.flatMap((one) => one.points);
  const times = points.map(({ at }) => at);
  const from = Math.min(...times, Infinity);
  const to = Math.max(...times, from + 1);
  const most = Math.max(1, ...points.map(({ value }) => value));
  const shownLimit = limit !== undefined && limit.value <= 3 * most ? limit : undefined;
  const highest = 1.08 * Math.max(most, shownLimit?.value ?? 0);
  const start = Number.isFinite(from) ? from : 0;
  const end = Number.isFinite(to) ? to : 1;
  return {
    ...chart,
    limit: shownLimit,
    width,
    height,
    from: start,
    to: end,
    highest,
    x: (at) => round(LEFT + ((at - start) / (end - start)) * (width - LEFT - RIGHT)),
    y: (value) => round(TOP + (1 - value / highest) * (height - TOP - BOTTOM)),
  };
}

function legend(frame: Frame): Markup {
  const palette = PALETTES[frame.theme];
  const named = [
    ...frame.series.map(({ name }, index) => ({ name, fill: colour(frame, index), dash: '' })),
    ...(frame.limit === undefined
      ? []
      : [
          {
            name: `${frame.limit.name} ${format(frame.limit.value, frame.unit)}`,
            fill: palette.limit,
            dash: '5 4',
          },
        ]),
  ];
  let x = LEFT;
  const keys = named.map(({ name, fill, dash }) => {
    const shown = shorten(name, 40);
    const key = xml`<line x1="${x}" x2="${x + 20}" y1="33" y2="33" stroke="${fill}" stroke-width="2.5" stroke-dasharray="${dash}"/><text x="${x + 26}" y="37" fill="${palette.faint}">${shown}</text>`;
    x += 46 + shown.length * 7;
    return key;
  });
  return xml`<text x="4" y="17" font-size="14" font-weight="bold" fill="${palette.text}">${frame.title}</text>${keys}`;
}

function valueAxis({ highest, unit, y, width, theme }: Frame): readonly Markup[] {
  const { edge, faint } = PALETTES[theme];
  return valueTicks(highest, unit, 5).map(
    (value) =>
      xml`<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="${edge}"/><text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end" fill="${faint}">${format(value, unit)}</text>`,
  );
}

function timeAxis({ from, to, x, height, theme, width }: Frame): readonly Markup[] {
  const { edge, faint } = PALETTES[theme];
  return timeTicks(from, to, Math.floor(width / 110)).map(
    (at) =>
      xml`<line x1="${x(at)}" x2="${x(at)}" y1="${height - BOTTOM}" y2="${height - BOTTOM + 5}" stroke="${edge}"/><text x="${x(at)}" y="${height - 9}" text-anchor="middle" fill="${faint}">${timeLabel(at, to - from)}</text>`,
  );
}

function marks({ marks: all = [], from, to, x, height, theme }: Frame): readonly Markup[] {
  const { faint, text } = PALETTES[theme];
  const within = all.filter(({ at }) => at >= from && at <= to);
  const ticks = within
    .filter(({ kind }) => kind === 'tick')
    .map(
      ({ at, name }) =>
        xml`<path d="M${x(at)} ${height - BOTTOM}v-7" stroke="${faint}" stroke-width="1.5"><title>${name}</title></path>`,
    );
  const lines = within
    .filter(({ kind }) => kind === 'line')
    .slice(-MAX_MARK_NAMES)
    .map(
      ({ at, name }) =>
        xml`<line x1="${x(at)}" x2="${x(at)}" y1="${TOP}" y2="${height - BOTTOM}" stroke="${text}" stroke-dasharray="2 3"/><text x="${x(at) - 4}" y="${TOP + 11}" text-anchor="end" font-size="11" fill="${text}">${name}</text>`,
    );
  return [...ticks, ...lines];
}

function limitLine({ limit, y, width, theme }: Frame): Markup {
  if (limit === undefined) return xml``;
  return xml`<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y(limit.value)}" y2="${y(limit.value)}" stroke="${PALETTES[theme].limit}" stroke-width="1.5" stroke-dasharray="5 4"/>`;
}

function line({ points }: Series, stroke: string, { x, y }: Frame): Markup {
  const corners = points.map(({ at, value }) => `${x(at)},${y(value)}`).join(' ');
  return xml`<polyline points="${corners}" fill="none" stroke="${stroke}" stroke-width="2" stroke-linejoin="round"/>`;
}

function colour({ theme }: Frame, index: number): string {
  const { series, text } = PALETTES[theme];
  return series[index % series.length] ?? text;
}

function format(value: number, unit: 'bytes' | 'count'): string {
  return unit === 'bytes' ? formatBytes(value) : value.toLocaleString('en');
}

function shorten(name: string, most: number): string {
  const points = Array.from(name);
  return points.length <= most ? name : `…${points.slice(1 - most).join('')}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
