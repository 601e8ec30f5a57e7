/** Memory in use at one reading. */
export interface MemoryPoint {
  readonly at: number;
  readonly bytes: number;
  /** Completed GC cycles of the process by then, where the source tells. */
  readonly gcCount?: number;
}

const WINDOW_MS = 3_600_000;
const DENSE_POINTS = 120;
const SPARSE_POINTS = 120;

/** So many are kept whatever their age, so that growth is judged also where readings are rare. */
const MIN_POINTS = 12;

/**
 * Appends a point and forgets those older than an hour. Of more than 240 points the newest 120 stay
 * as they came, and of the older ones the lowest of every half minute, since growth is judged on
 * the floors. The cost is bounded however short the interval is.
 */
export function remember(
  recent: readonly MemoryPoint[],
  point: MemoryPoint,
): readonly MemoryPoint[] {
  const all = [...recent, point];
  const firstInWindow = all.findIndex(({ at }) => at > point.at - WINDOW_MS);
  const kept = all.slice(Math.max(0, Math.min(firstInWindow, all.length - MIN_POINTS)));
  if (kept.length <= DENSE_POINTS + SPARSE_POINTS) return kept;
  return [...lowestOfEach(kept.slice(0, -DENSE_POINTS)), ...kept.slice(-DENSE_POINTS)];
}

function lowestOfEach(points: readonly MemoryPoint[]): readonly MemoryPoint[] {
  const lowest = new Map<number, MemoryPoint>();
  for (const point of points) {
    const slot = Math.floor(point.at / (WINDOW_MS / (SPARSE_POINTS - 1)));
    const known = lowest.get(slot);
    if (known === undefined || point.bytes < known.bytes) lowest.set(slot, point);
  }
  return [...lowest.values()];
}
