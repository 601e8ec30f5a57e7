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
  /** Dashed and pale: what was not measured, as a forecast. */
  readonly isGuess?: boolean;
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
  /** False where the title says already what the one line is. */
  readonly legend?: boolean;
}

const LEFT = 68;
const RIGHT = 12;
const TOP = 46;
const BOTTOM = 30;
const LEGEND_ROW = 18;
const LEGEND_GAP = 6;
const KEY_WIDTH = 46;
const CHARACTER = 7;
const GUESS_DASH = '2 3';
const MAX_MARK_NAMES = 8;

interface Frame extends LineChart {
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  readonly highest: number;
  readonly keys: readonly Key[];
  /** Where the plot begins, below title and legend. */
  readonly top: number;
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
  const { width = 960, height = 280 } = chart;
  const { from, to, highest, limit } = rangeOf(chart);
  const keys = placeKeys({ ...chart, limit }, width);
  const rows = keys.at(-1)?.row ?? -1;
  const top = TOP + LEGEND_ROW * rows + (rows > 0 ? LEGEND_GAP : 0);
  return {
    ...chart,
    limit,
    width,
    height,
    from,
    to,
    highest,
    keys,
    top,
    x: (at) => round(LEFT + ((at - from) / (to - from)) * (width - LEFT - RIGHT)),
    y: (value) => round(top + (1 - value / highest) * (height - top - BOTTOM)),
  };
}

/** What the axes span; of a chart of nothing, something. */
function rangeOf({ series, limit }: LineChart) {
  const points = series.flatMap((one) => one.points);
  const times = points.length === 0 ? [0] : points.map(({ at }) => at);
  const from = Math.min(...times);
  const most = Math.max(1, ...points.map(({ value }) => value));
  const shownLimit = limit !== undefined && limit.value <= 3 * most ? limit : undefined;
  return {
    from,
    to: Math.max(...times, from + 1),
    highest: 1.08 * Math.max(most, shownLimit?.value ?? 0),
    limit: shownLimit,
  };
}

/** One entry of the legend. */
interface Key {
  readonly name: string;
  readonly fill: string;
  readonly dash: string;
  readonly x: number;
  readonly row: number;
}

/** In as many rows as they take; above the plot where one is enough, else from the edge on. */
function placeKeys(chart: LineChart, width: number): readonly Key[] {
  const { series, limit, unit, theme, legend: isShown = true } = chart;
  if (!isShown) return [];
  const lines = series.map(({ name, isGuess }, index) => ({
    name,
    fill: colour(chart, index),
    dash: isGuess === true ? GUESS_DASH : '',
  }));
  const bound = limit && {
    name: `${limit.name} ${format(limit.value, unit)}`,
    fill: PALETTES[theme].limit,
    dash: '5 4',
  };
  const all = [...lines, ...(bound === undefined ? [] : [bound])].map((one) => ({
    ...one,
    name: shorten(one.name, 40),
  }));
  const widths = all.map(({ name }) => KEY_WIDTH + name.length * CHARACTER);
  const fits = widths.reduce((sum, one) => sum + one, LEFT) <= width;
  const left = fits ? LEFT : 4;
  let x = left;
  let row = 0;
  return all.map((one, index) => {
    const keyWidth = widths[index] ?? 0;
    if (x > left && x + keyWidth > width) {
      x = left;
      row += 1;
    }
    const placed = { ...one, x, row };
    x += keyWidth;
    return placed;
  });
}

function legend({ keys, theme, title, width }: Frame): Markup {
  const palette = PALETTES[theme];
  const shown = keys.map(({ name, fill, dash, x, row }) => {
    const y = 37 + row * LEGEND_ROW;
    return xml`<line x1="${x}" x2="${x + 20}" y1="${y - 4}" y2="${y - 4}" stroke="${fill}" stroke-width="2.5" stroke-dasharray="${dash}"/><text x="${x + 26}" y="${y}" fill="${palette.faint}">${name}</text>`;
  });
  return xml`<text x="4" y="17" font-size="14" font-weight="bold" fill="${palette.text}">${shorten(title, Math.floor(width / 9.2))}</text>${shown}`;
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

function marks({ marks: all = [], from, to, x, top, height, theme }: Frame): readonly Markup[] {
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
        xml`<line x1="${x(at)}" x2="${x(at)}" y1="${top}" y2="${height - BOTTOM}" stroke="${text}" stroke-dasharray="2 3"/><text x="${x(at) - 4}" y="${top + 11}" text-anchor="end" font-size="11" fill="${text}">${name}</text>`,
    );
  return [...ticks, ...lines];
}

function limitLine({ limit, y, width, theme }: Frame): Markup {
  if (limit === undefined) return xml``;
  return xml`<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y(limit.value)}" y2="${y(limit.value)}" stroke="${PALETTES[theme].limit}" stroke-width="1.5" stroke-dasharray="5 4"/>`;
}

function line({ points, isGuess }: Series, stroke: string, { x, y }: Frame): Markup {
  const corners = points.map(({ at, value }) => `${x(at)},${y(value)}`).join(' ');
  return xml`<polyline points="${corners}" fill="none" stroke="${stroke}" stroke-width="2" stroke-linejoin="round" stroke-dasharray="${isGuess === true ? GUESS_DASH : ''}"/>`;
}

function colour({ theme, series: lines }: LineChart, index: number): string {
  const { series, text, faint } = PALETTES[theme];
  if (lines[index]?.isGuess === true) return faint;
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
