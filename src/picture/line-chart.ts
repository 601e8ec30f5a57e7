import { scaleLinear, scaleUtc } from 'd3-scale';
import { line } from 'd3-shape';
import { formatBytes } from '../config/units.ts';
import { timeLabel, timeTicks, valueTicks } from './axis.ts';
import { shorten } from './figure.ts';
import type { Entry, Key } from './legend.ts';
import { LEGEND_ROW, legendMarkup, placeKeys } from './legend.ts';
import type { Mark } from './marks.ts';
import { describeMarks, markEntries, marksMarkup } from './marks.ts';
import type { Theme } from './theme.ts';
import { PALETTES } from './theme.ts';
import type { Markup } from './xml.ts';
import { xml } from './xml.ts';

export interface Series {
  readonly name: string;
  /** Oldest first; times are Unix milliseconds. */
  readonly points: readonly {
    readonly at: number;
    readonly value: number;
    /** Nothing was read for a while before it, so no line leads there. */
    readonly isAfterGap?: boolean;
  }[];
  /** Dashed and pale: what was not measured, as a forecast. */
  readonly isGuess?: boolean;
}

export interface LineChart {
  readonly title: string;
  readonly unit: 'bytes' | 'count';
  readonly series: readonly Series[];
  /** Drawn where it is not so far above that the rest would lie flat. */
  readonly limit?: { readonly name: string; readonly value: number } | undefined;
  readonly marks?: readonly Mark[];
  /** What the line of time shows at least, in Unix milliseconds, so that pictures one below the other agree. */
  readonly span?: { readonly from: number; readonly to: number } | undefined;
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
const LEGEND_GAP = 6;
const GUESS_DASH = '2 3';

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

/**
 * Lines over time as SVG, from zero, times in UTC. What it shows is in its `desc` in words. Scales, ticks and
 * paths are d3's; what stands at them is written here, since d3 leaves that to a DOM, which a server has not.
 */
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
${marksMarkup(chart.marks ?? [], { ...frame, bottom: height - BOTTOM })}
${limitLine(frame)}
${chart.series.map((one, index) => seriesMarkup(one, colour(frame, index), frame))}
</svg>
`.text;
}

/** In words, for those who do not see it: how each line begins, ends and how high it came. */
export function describeChart({ series, unit, limit, marks = [] }: LineChart): string {
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
  if (lines.length === 0) return 'Nothing to show yet.';
  const marked = describeMarks(marks);
  return `${[...lines, ...bound, ...(marked === '' ? [] : [marked])].join('; ')}.`;
}

function frameOf(chart: LineChart): Frame {
  const { width = 960, height = 280 } = chart;
  const { from, to, highest, limit } = rangeOf(chart);
  const marks = (chart.marks ?? []).filter(({ at }) => at >= from && at <= to);
  const keys = placeKeys(entriesOf({ ...chart, limit, marks }), { left: LEFT, width });
  const rows = keys.at(-1)?.row ?? -1;
  const top = TOP + LEGEND_ROW * rows + (rows > 0 ? LEGEND_GAP : 0);
  const x = scaleUtc([from, to], [LEFT, width - RIGHT]);
  const y = scaleLinear([0, highest], [height - BOTTOM, top]);
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
    x: (at) => round(x(at)),
    y: (value) => round(y(value)),
  };
}

/** What the axes span; of a chart of nothing, something. */
function rangeOf({ series, limit, span }: LineChart) {
  const points = series.flatMap((one) => one.points);
  const known = [
    ...points.map(({ at }) => at),
    ...(span === undefined ? [] : [span.from, span.to]),
  ];
  const times = known.length === 0 ? [0] : known;
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

function entriesOf(chart: LineChart): readonly Entry[] {
  const { series, limit, unit, theme, marks = [], legend: isShown = true } = chart;
  if (!isShown) return [];
  const lines = series.map(({ name, isGuess }, index) => ({
    name,
    colour: colour(chart, index),
    dash: isGuess === true ? GUESS_DASH : '',
    shape: 'lies' as const,
  }));
  const bound = limit && {
    name: `${limit.name} ${format(limit.value, unit)}`,
    colour: PALETTES[theme].limit,
    dash: '5 4',
    shape: 'lies' as const,
  };
  return [...lines, ...(bound === undefined ? [] : [bound]), ...markEntries(marks, theme)];
}

function legend({ keys, theme, title, width }: Frame): Markup {
  const palette = PALETTES[theme];
  return xml`<text x="4" y="17" font-size="14" font-weight="bold" fill="${palette.text}">${shorten(title, Math.floor(width / 9.2))}</text>${legendMarkup(keys, palette.faint)}`;
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
  return timeTicks(from, to, Math.floor(width / 110)).map((at) => {
    // The last one would be cut at the edge.
    const anchor = x(at) > width - RIGHT - 12 ? 'end' : 'middle';
    const label = anchor === 'end' ? width - 2 : x(at);
    return xml`<line x1="${x(at)}" x2="${x(at)}" y1="${height - BOTTOM}" y2="${height - BOTTOM + 5}" stroke="${edge}"/><text x="${label}" y="${height - 9}" text-anchor="${anchor}" fill="${faint}">${timeLabel(at, to - from)}</text>`;
  });
}

function limitLine({ limit, y, width, theme }: Frame): Markup {
  if (limit === undefined) return xml``;
  return xml`<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y(limit.value)}" y2="${y(limit.value)}" stroke="${PALETTES[theme].limit}" stroke-width="1.5" stroke-dasharray="5 4"/>`;
}

function seriesMarkup({ points, isGuess }: Series, stroke: string, { x, y }: Frame): Markup {
  const path = line<Series['points'][number] | undefined>()
    .defined((point) => point !== undefined)
    .x((point) => x(point?.at ?? 0))
    .y((point) => y(point?.value ?? 0));
  const dash = isGuess === true ? GUESS_DASH : '';
  return xml`<path class="series" d="${path(withGaps(points)) ?? ''}" fill="none" stroke="${stroke}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" stroke-dasharray="${dash}"/>`;
}

/** A hole before each point that no line leads to; a point alone is drawn as a dot, by the round ends of its line. */
function withGaps(points: Series['points']): readonly (Series['points'][number] | undefined)[] {
  return points.flatMap((point) => (point.isAfterGap === true ? [undefined, point] : [point]));
}

function colour({ theme, series: lines }: LineChart, index: number): string {
  const { series, text, faint } = PALETTES[theme];
  if (lines[index]?.isGuess === true) return faint;
  return series[index % series.length] ?? text;
}

function format(value: number, unit: 'bytes' | 'count'): string {
  return unit === 'bytes' ? formatBytes(value) : value.toLocaleString('en');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
