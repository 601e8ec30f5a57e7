import type { IncidentEvent } from '../incident/incident.ts';
import type { MemoryPoint } from '../memory/memory-history.ts';
import type { Happening } from '../memory/target-record.ts';
import { describeChart, renderLineChart } from './line-chart.ts';
import { gapsIn } from './gaps.ts';
import type { LineChart, Series } from './line-chart.ts';
import type { Mark } from './marks.ts';
import type { Theme } from './theme.ts';

export interface MemoryChart {
  readonly target: string;
  /** Oldest first. */
  readonly points: readonly MemoryPoint[];
  readonly limitBytes: number | undefined;
  /** When profiles were captured, Unix milliseconds. */
  readonly captures: readonly number[];
  readonly events: readonly IncidentEvent[];
  /** Of which deploys are marked, and restarts that readings do not tell. */
  readonly happenings?: readonly Happening[];
  readonly theme: Theme;
  /** As of a page where not given. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Further lines, such as a forecast. */
  readonly besides?: readonly Series[];
}

const SHOWN_EVENTS: ReadonlySet<IncidentEvent['kind']> = new Set([
  'opened',
  'escalated',
  'resolved',
]);

/** Stacks lower than this share of the highest line would lie flat at the foot, and have a picture of their own. */
const STACKS_SEEN = 0.1;
const LOW = 180;

/** Heap and resident set of a target over time, and stacks where they matter beside these, with its limit, captures, restarts and incidents marked, as SVG. */
export function renderMemoryChart(chart: MemoryChart): string {
  return renderLineChart(memoryLines(chart));
}

export function describeMemory(chart: MemoryChart): string {
  return describeChart(memoryLines(chart));
}

/** Goroutines over time, in a picture of their own: they have another unit. */
export function renderGoroutineChart(chart: MemoryChart): string {
  const points = pick(chart.points, ({ goroutines }) => goroutines);
  const title = `Goroutines of ${chart.target}`;
  return renderBelow(chart, { title, unit: 'count', name: 'goroutines', points });
}

/** The stacks of goroutines over time, on a scale of their own. */
export function renderStackChart(chart: MemoryChart): string {
  const title = `Stacks of goroutines of ${chart.target}`;
  return renderBelow(chart, { title, unit: 'bytes', name: 'stacks', points: stacksOf(chart) });
}

/** One line in a low picture with the line of time of the picture of memory, which stands above it. */
function renderBelow(
  chart: MemoryChart,
  { title, unit, ...line }: Pick<LineChart, 'title' | 'unit'> & Series,
): string {
  const { points, theme, size } = chart;
  return renderLineChart({
    title,
    unit,
    series: [line],
    marks: lifeMarks(chart),
    span: spanOf(points),
    theme,
    ...size,
    height: LOW,
  });
}

function spanOf(points: readonly MemoryPoint[]): LineChart['span'] {
  const [first] = points;
  return first && { from: first.at, to: points.at(-1)?.at ?? first.at };
}

function memoryLines(chart: MemoryChart): LineChart {
  const { target, points, limitBytes, theme, size, besides = [] } = chart;
  const series: readonly Series[] = [
    { name: 'resident set', points: pick(points, ({ rssBytes }) => rssBytes) },
    { name: 'held by the Go runtime', points: pick(points, goTotal) },
    { name: 'heap in use', points: pick(points, ({ heapInuseBytes }) => heapInuseBytes) },
    { name: 'stacks', points: areStacksSeen(points) ? stacksOf(chart) : [] },
    ...besides,
  ];
  return {
    title: `Memory of ${target}`,
    unit: 'bytes',
    series: series.filter((one) => one.points.length > 0),
    limit: limitBytes === undefined ? undefined : { name: 'limit', value: limitBytes },
    marks: marksOf(chart),
    span: spanOf(points),
    theme,
    ...size,
  };
}

function marksOf(chart: MemoryChart): readonly Mark[] {
  return [
    ...chart.captures.map((at) => ({ at, kind: 'capture', name: 'captured' }) as const),
    ...lifeMarks(chart),
    ...chart.events
      .filter(({ kind }) => SHOWN_EVENTS.has(kind))
      .map(({ at, kind }) => ({ at, kind: 'incident', name: kind }) as const),
  ];
}

/** Where another process or another build runs than before. */
function lifeMarks({ points, happenings = [] }: MemoryChart): readonly Mark[] {
  return [
    ...restarts(points),
    ...happenings.flatMap(({ at, kind, reason }): readonly Mark[] => {
      if (kind === 'restarted') return [{ at, kind: 'restart', name: 'restart' }];
      return kind === 'deployed' ? [{ at, kind: 'deploy', name: reason }] : [];
    }),
  ];
}

/** Where the process is another one than at the reading before. */
function restarts(points: readonly MemoryPoint[]): readonly Mark[] {
  return points.flatMap(({ at, startedAt }, index) => {
    const before = points[index - 1]?.startedAt;
    const same = before === undefined || startedAt === undefined || startedAt === before;
    return same ? [] : [{ at, kind: 'restart', name: 'restart' } as const];
  });
}

function stacksOf({ points }: MemoryChart): Series['points'] {
  return pick(points, ({ stackInuseBytes }) => stackInuseBytes);
}

function areStacksSeen(points: readonly MemoryPoint[]): boolean {
  const most = Math.max(...points.map(({ stackInuseBytes = 0 }) => stackInuseBytes));
  const highest = points.map(({ rssBytes, goTotalBytes, heapInuseBytes }) =>
    Math.max(heapInuseBytes, rssBytes ?? goTotalBytes ?? 0),
  );
  return most >= STACKS_SEEN * Math.max(...highest);
}

/** Beside the resident set it would say little more. */
function goTotal({ rssBytes, goTotalBytes }: MemoryPoint): number | undefined {
  return rssBytes === undefined ? goTotalBytes : undefined;
}

/** The readings that tell it, with the gaps between them. */
export function pick(
  points: readonly MemoryPoint[],
  valueOf: (point: MemoryPoint) => number | undefined,
): Series['points'] {
  const told = points.flatMap((point) => {
    const value = valueOf(point);
    return value === undefined ? [] : [{ at: point.at, value }];
  });
  const gaps = gapsIn(told.map(({ at }) => at));
  return told.map((one) => ({ ...one, isAfterGap: gaps.has(one.at) }));
}
