import type { GrowthKind } from '../memory/growth-kind.ts';

/** What grows, in words. */
export const KIND_NAMES: Readonly<Record<GrowthKind, string>> = {
  heap: 'objects on the heap',
  goroutine: 'goroutines',
  stacks: 'stacks of goroutines',
  off_heap: 'memory outside of Go',
  fragmentation: 'partly empty spans of the heap',
  retained_idle: 'idle heap not given back',
  profiler: "the profiler's own tables",
  gc_headroom: 'room that GOGC leaves above the live heap',
};

/** The first thing to look at, by what grows. A heap profile knows who allocated, never who holds on, so no more is said than that. */
export const FIRST_LOOK: Readonly<Record<GrowthKind, string>> = {
  heap:
    'A heap profile shows where memory was allocated, not what keeps it. Look for what still refers to what this ' +
    'function creates: a map or cache without eviction, a slice that only grows, a goroutine that never ends, ' +
    'a timer or subscription that is never stopped.',
  goroutine:
    'Goroutines pile up where they block, and each keeps its stack and all it refers to. Look at what should wake ' +
    'them: a channel nobody reads or closes any more, a context that is never cancelled, a call without a time limit.',
  stacks:
    'The stacks of goroutines grow while their number does not. Look for deep recursion, or large values that a ' +
    'long-lived goroutine keeps in local variables.',
  off_heap:
    'The process grows outside of the memory of Go, so no heap profile can show it. Look at cgo and the C libraries ' +
    'behind it, at memory-mapped files and at buffers that a library takes straight from the system.',
  fragmentation:
    'The heap holds spans that are partly empty. Look for short-lived objects between long-lived ones, and for a peak ' +
    'that passed and left a few of its objects behind.',
  retained_idle:
    'The heap holds idle memory that it has not given back yet, as it does after a peak; that is no leak. GOMEMLIMIT makes ' +
    'the runtime give back sooner.',
  profiler:
    "The profiler's own tables grow: there are ever more distinct call stacks. Look for generated or deeply recursive " +
    'code, and for a sampling rate set too fine.',
  gc_headroom:
    'Live memory does not grow; the room that GOGC leaves above it does. Set GOMEMLIMIT, or a lower GOGC, where the process ' +
    'must stay below a limit.',
};
