import type { GrowthKind } from '../memory/growth-kind.ts';
import { lowestOf, type Cells, type Span } from './cells.ts';
import type { Measure } from './measure.ts';

/** One way in which a process may grow, and how its floor over some cells is reckoned. */
export interface Channel {
  readonly kind: GrowthKind;
  readonly unit: 'bytes' | 'goroutines';
  /** What it is read from first. */
  readonly measure: Measure;
  /** `undefined` where the source of the readings does not tell. */
  readonly floorOf: (cells: Cells, span: Span) => number | undefined;
}

/** By its floor: what is live after a GC, and not the garbage on top of it. */
export const LIVE_HEAP: Channel = { kind: 'heap', unit: 'bytes', ...floorOf('heap_live') };

/** In the order in which they are told. Those in bytes have a share in the growth of the whole. */
export const CHANNELS: readonly Channel[] = [
  LIVE_HEAP,
  { kind: 'goroutine', unit: 'goroutines', ...floorOf('goroutines') },
  { kind: 'stacks', unit: 'bytes', ...floorOf('stacks') },
  { kind: 'off_heap', unit: 'bytes', ...floorOf('off_heap') },
  { kind: 'fragmentation', unit: 'bytes', measure: 'heap_inuse', floorOf: partlyEmpty },
  { kind: 'retained_idle', unit: 'bytes', ...floorOf('heap_idle') },
  { kind: 'profiler', unit: 'bytes', ...floorOf('profiler') },
  { kind: 'gc_headroom', unit: 'bytes', ...floorOf('next_gc') },
];

function floorOf(measure: Measure): Pick<Channel, 'measure' | 'floorOf'> {
  return { measure, floorOf: (cells, span) => lowestOf(cells, measure, span) };
}

/** HeapInuse − HeapAlloc where both are lowest, which is after a GC: in between, garbage hides it. */
function partlyEmpty(cells: Cells, span: Span): number | undefined {
  const inuse = lowestOf(cells, 'heap_inuse', span);
  const live = lowestOf(cells, 'heap_live', span);
  return inuse === undefined || live === undefined ? undefined : Math.max(0, inuse - live);
}
