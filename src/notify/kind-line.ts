import type { GrowthKind } from '../memory/growth-kind.ts';
import type { MemoryPoint } from '../memory/memory-history.ts';
import type { LineChart, Series } from '../picture/line-chart.ts';
import { pick } from '../picture/memory-chart.ts';

/** How something grew over time, as a line. */
export interface GrowthLine extends Series {
  readonly title: string;
  readonly unit: LineChart['unit'];
}

interface Shown extends Omit<GrowthLine, 'points'> {
  readonly valueOf: (point: MemoryPoint) => number | undefined;
}

/** Of the kinds that no heap profile shows, those that readings do. */
const SHOWN: Readonly<Partial<Record<GrowthKind, Shown>>> = {
  goroutine: {
    title: 'Goroutines',
    name: 'goroutines',
    unit: 'count',
    valueOf: ({ goroutines }) => goroutines,
  },
  off_heap: {
    title: 'Memory outside of Go',
    name: 'resident beyond what Go holds',
    unit: 'bytes',
    valueOf: outside,
  },
};

/** Over the readings, oldest first; `undefined` where they do not tell. */
export function kindLine(
  kind: GrowthKind,
  readings: readonly MemoryPoint[],
): GrowthLine | undefined {
  const shown = SHOWN[kind];
  if (shown === undefined) return undefined;
  const { valueOf, ...line } = shown;
  const points = pick(readings, valueOf);
  return points.length < 2 ? undefined : { ...line, points };
}

/** What the runtime obtained of the system need not all be resident, and that is no less than nothing. */
function outside({ rssBytes, goTotalBytes }: MemoryPoint): number | undefined {
  if (rssBytes === undefined || goTotalBytes === undefined) return undefined;
  return Math.max(0, rssBytes - goTotalBytes);
}
