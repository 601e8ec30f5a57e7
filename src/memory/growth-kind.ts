/**
 * What kind of memory grows: objects of the heap, goroutines that pile up, their stacks, memory outside
 * of Go's (cgo, mmap), spans of the heap that are partly empty, idle ones not given back, the
 * profiler's own tables, and the room that GOGC leaves above the live heap.
 */
export const GROWTH_KINDS = [
  'heap',
  'goroutine',
  'stacks',
  'off_heap',
  'fragmentation',
  'retained_idle',
  'profiler',
  'gc_headroom',
] as const;

export type GrowthKind = (typeof GROWTH_KINDS)[number];
