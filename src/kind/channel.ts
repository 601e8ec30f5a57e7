import type { GrowthKind } from '../memory/growth-kind.ts';
import type { Cell } from './cells.ts';
import type { Measure } from './measure.ts';

/** One way in which a process may grow, and how its floor over some cells is reckoned. */
export interface Channel {
  readonly kind: GrowthKind;
  readonly unit: 'bytes' | 'goroutines';
  /** `undefined` where the source of the readings does not tell. */
  readonly floorOf: (cells: readonly Cell[]) => number | undefined;
}

/** By its floor: what is live after a GC, and not the garbage on top of it. */
export const LIVE_HEAP: Channel = { kind: 'heap', unit: 'bytes', floorOf: lowestOf('heap_live') };

/** In the order in which they are told. Those in bytes have a share in the growth of the whole. */
export const CHANNELS: readonly Channel[] = [
  LIVE_HEAP,
  { kind: 'goroutine', unit: 'goroutines', floorOf: lowestOf('goroutines') },
  { kind: 'stacks', unit: 'bytes', floorOf: lowestOf('stacks') },
  { kind: 'off_heap', unit: 'bytes', floorOf: lowestOf('off_heap') },
  { kind: 'fragmentation', unit: 'bytes', floorOf: partlyEmpty },
  { kind: 'retained_idle', unit: 'bytes', floorOf: lowestOf('heap_idle') },
  { kind: 'profiler', unit: 'bytes', floorOf: lowestOf('profiler') },
  { kind: 'gc_headroom', unit: 'bytes', floorOf: lowestOf('next_gc') },
];

function lowestOf(measure: Measure): Channel['floorOf'] {
  return (cells) => {
    let low: number | undefined;
    for (const { lows } of cells) {
      const value = lows[measure];
      if (value !== undefined && (low === undefined || value < low)) low = value;
    }
    return low;
  };
}

/** HeapInuse − HeapAlloc where both are lowest, which is after a GC: in between, garbage hides it. */
function partlyEmpty(cells: readonly Cell[]): number | undefined {
  const inuse = lowestOf('heap_inuse')(cells);
  const live = lowestOf('heap_live')(cells);
  return inuse === undefined || live === undefined ? undefined : Math.max(0, inuse - live);
}
