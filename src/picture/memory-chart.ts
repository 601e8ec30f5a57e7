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

/** Heap, resident set and stacks of a target over time with its limit, captures, restarts and incidents marked, as SVG. */
export function renderMemoryChart(chart: MemoryChart): string {
  return renderLineChart(memoryLines(chart));
}

export function describeMemory(chart: MemoryChart): string {
  return describeChart(memoryLines(chart));
}

/** Goroutines over time, in a picture of their own: they have another unit. */
export function renderGoroutineChart(chart: MemoryChart): string {
  const { target, points, theme, size } = chart;
  return renderLineChart({
    title: `Goroutines of ${target}`,
    unit: 'count',
    series: [{ name: 'goroutines', points: pick(points, ({ goroutines }) => goroutines) }],
    marks: lifeMarks(chart),
    theme,
    ...(size === undefined ? { height: 180 } : { ...size, height: 180 }),
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

/** Beside the resident set it would say little more. */
function goTotal({ rssBytes, goTotalBytes }: MemoryPoint): number | undefined {
  return rssBytes === undefined ? goTotalBytes : undefined;
}

function pick(
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
