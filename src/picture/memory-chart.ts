import type { IncidentEvent } from '../incident/incident.ts';
import type { MemoryPoint } from '../memory/memory-history.ts';
import { describeChart, renderLineChart } from './line-chart.ts';
import type { LineChart, Mark, Series } from './line-chart.ts';
import type { Theme } from './theme.ts';

export interface MemoryChart {
  readonly target: string;
  /** Oldest first. */
  readonly points: readonly MemoryPoint[];
  readonly limitBytes: number | undefined;
  /** When profiles were captured, Unix milliseconds. */
  readonly captures: readonly number[];
  readonly events: readonly IncidentEvent[];
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

/** Heap, resident set and stacks of a target over time with its limit, captures, restarts and incidents marked, as SVG. */
export function renderMemoryChart(chart: MemoryChart): string {
  return renderLineChart(memoryLines(chart));
}

export function describeMemory(chart: MemoryChart): string {
  return describeChart(memoryLines(chart));
}

/** Goroutines over time, in a picture of their own: they have another unit. */
export function renderGoroutineChart({ target, points, theme }: MemoryChart): string {
  return renderLineChart({
    title: `Goroutines of ${target}`,
    unit: 'count',
    series: [{ name: 'goroutines', points: pick(points, ({ goroutines }) => goroutines) }],
    marks: restarts(points),
    theme,
    height: 180,
  });
}

function memoryLines(chart: MemoryChart): LineChart {
  const { target, points, limitBytes, theme, size, besides = [] } = chart;
  const series: readonly Series[] = [
    { name: 'resident set', points: pick(points, ({ rssBytes }) => rssBytes) },
    { name: 'held by the Go runtime', points: pick(points, goTotal) },
    { name: 'heap in use', points: pick(points, ({ heapInuseBytes }) => heapInuseBytes) },
    { name: 'stacks', points: pick(points, ({ stackInuseBytes }) => stackInuseBytes) },
    ...besides,
  ];
  return {
    title: `Memory of ${target}`,
    unit: 'bytes',
    series: series.filter((one) => one.points.length > 0),
    limit: limitBytes === undefined ? undefined : { name: 'limit', value: limitBytes },
    marks: marksOf(chart),
    theme,
    ...size,
  };
}

function marksOf({ points, captures, events }: MemoryChart): readonly Mark[] {
  return [
    ...captures.map((at) => ({ at, kind: 'tick', name: 'captured' }) as const),
    ...restarts(points),
    ...events
      .filter(({ kind }) => SHOWN_EVENTS.has(kind))
      .map(({ at, kind }) => ({ at, kind: 'line', name: kind }) as const),
  ];
}

/** Where the process is another one than at the reading before. */
function restarts(points: readonly MemoryPoint[]): readonly Mark[] {
  return points.flatMap(({ at, startedAt }, index) => {
    const before = points[index - 1]?.startedAt;
    const same = before === undefined || startedAt === undefined || startedAt === before;
    return same ? [] : [{ at, kind: 'line', name: 'restart' } as const];
  });
}

/** Beside the resident set it would say little more. */
function goTotal({ rssBytes, goTotalBytes }: MemoryPoint): number | undefined {
  return rssBytes === undefined ? goTotalBytes : undefined;
}

function pick(
  points: readonly MemoryPoint[],
  valueOf: (point: MemoryPoint) => number | undefined,
): Series['points'] {
  return points.flatMap((point) => {
    const value = valueOf(point);
    return value === undefined ? [] : [{ at: point.at, value }];
  });
}
