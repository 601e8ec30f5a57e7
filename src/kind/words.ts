import type { GrowthKind } from '../memory/growth-kind.ts';

export const WORDS: Readonly<Record<GrowthKind, string>> = {
  heap: 'live heap',
  goroutine: 'goroutines',
  stacks: 'stacks of goroutines',
  off_heap: 'memory outside the Go heap',
  fragmentation: 'partly empty spans of the heap',
  retained_idle: 'idle heap not given back',
  profiler: 'tables of the profiler',
  gc_headroom: 'room that GOGC leaves',
};
