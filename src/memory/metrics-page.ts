import { formatBytes } from '../config/units.ts';
import { describePage } from './excerpt.ts';
import { memoryLimit } from './memory-limit.ts';
import { ReadingError } from './reading-error.ts';
import type { Reading } from './reading.ts';
import { findRevision } from './revision.ts';
import { findSamples, wantedNames, type Samples } from './samples.ts';

/**
 * What is asked of a page, each as the sum of the samples in a row of names; the first row that is
 * there whole counts. The names are client_golang's Go and process collectors, then its optional
 * ones from runtime/metrics (WithGoCollectorRuntimeMetrics), then OpenTelemetry's.
 */
const ROWS = {
  heapInuse: [
    ['go_memstats_heap_inuse_bytes'],
    ['go_memory_classes_heap_objects_bytes', 'go_memory_classes_heap_unused_bytes'],
  ],
  heapAlloc: [['go_memstats_heap_alloc_bytes'], ['go_memory_classes_heap_objects_bytes']],
  heapIdle: [
    ['go_memstats_heap_idle_bytes'],
    ['go_memory_classes_heap_free_bytes', 'go_memory_classes_heap_released_bytes'],
  ],
  heapReleased: [['go_memstats_heap_released_bytes'], ['go_memory_classes_heap_released_bytes']],
  stackInuse: [['go_memstats_stack_inuse_bytes'], ['go_memory_classes_heap_stacks_bytes']],
  profiler: [['go_memstats_buck_hash_sys_bytes'], ['go_memory_classes_profiling_buckets_bytes']],
  sys: [['go_memstats_sys_bytes'], ['go_memory_classes_total_bytes']],
  nextGc: [['go_memstats_next_gc_bytes'], ['go_gc_heap_goal_bytes'], ['go_memory_gc_goal_bytes']],
  allocated: [
    ['go_memstats_alloc_bytes_total'],
    ['go_gc_heap_allocs_bytes_total'],
    ['go_memory_allocated_bytes_total'],
  ],
  limit: [['go_gc_gomemlimit_bytes'], ['go_memory_limit_bytes']],
  goroutines: [['go_goroutines'], ['go_sched_goroutines_goroutines'], ['go_goroutine_count']],
  gcCount: [
    ['go_gc_duration_seconds_count'],
    ['go_gc_cycles_total_gc_cycles_total'],
    ['go_memory_gc_cycles_total'],
  ],
  rss: [['process_resident_memory_bytes']],
  startSeconds: [['process_start_time_seconds']],
  goInfo: [['go_info']],
} as const;

const WANTED = wantedNames(Object.values(ROWS).flat(2));

/**
 * A reading from a page in the Prometheus text format; all lines but the wanted ones are passed
 * over unparsed. Throws `ReadingError` where the page does not tell the heap, or tells of several
 * processes at once.
 */
export function parseMetricsPage(text: string, at: number): Reading {
  const samples = findSamples(text, WANTED);
  const revision = ofItsOwn(findRevision(text));
  const goVersion = /(?:^|,)\s*version="([^"\\]{1,64})"/.exec(
    samples.get('go_info')?.[0]?.labels ?? '',
  )?.[1];
  const startSeconds = tell(samples, ROWS.startSeconds);
  return {
    at,
    source: 'metrics',
    heapInuseBytes: need(text, samples, ROWS.heapInuse),
    heapAllocBytes: need(text, samples, ROWS.heapAlloc),
    heapIdleBytes: tell(samples, ROWS.heapIdle),
    heapReleasedBytes: tell(samples, ROWS.heapReleased),
    stackInuseBytes: tell(samples, ROWS.stackInuse),
    profilerBytes: tell(samples, ROWS.profiler),
    sysBytes: tell(samples, ROWS.sys),
    nextGcBytes: tell(samples, ROWS.nextGc),
    allocatedBytes: tell(samples, ROWS.allocated),
    rssBytes: tell(samples, ROWS.rss),
    limitBytes: memoryLimit(tell(samples, ROWS.limit)),
    goroutines: tell(samples, ROWS.goroutines),
    gcCount: tell(samples, ROWS.gcCount),
    startedAt: startSeconds === undefined ? undefined : Math.round(startSeconds * 1000),
    ...(revision === undefined ? {} : { revision }),
    goVersion: ofItsOwn(goVersion),
  };
}

/** A part of a string keeps all of it in memory as long as it lives, and a reading outlives its page. */
function ofItsOwn(part: string | undefined): string | undefined {
  return part === undefined ? undefined : Buffer.from(part).toString();
}

type Rows = readonly (readonly string[])[];

function tell(samples: Samples, rows: Rows): number | undefined {
  for (const row of rows) {
    const sum = row.reduce((total, name) => total + (valueOf(samples, name) ?? Number.NaN), 0);
    if (!Number.isNaN(sum)) return sum;
  }
  return undefined;
}

/** A value that is no amount (NaN, infinite, negative) is not told. */
function valueOf(samples: Samples, name: string): number | undefined {
  const found = samples.get(name) ?? [];
  if (found.length > 1) {
    throw new ReadingError(
      `/metrics: ${found.length} samples of ${name}, so the page tells of several processes; let url point at one process, or set reading.source to expvar or pprof`,
    );
  }
  const value = found[0]?.value;
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function need(text: string, samples: Samples, rows: Rows): number {
  const value = tell(samples, rows);
  if (value !== undefined) return value;
  const name = rows[0]?.[0] ?? '';
  const told = samples.get(name)?.[0]?.value;
  if (told !== undefined) {
    throw new ReadingError(
      `/metrics: ${name} is ${told}, which is no amount of memory; set reading.source to expvar or pprof`,
    );
  }
  throw new ReadingError(
    `/metrics: no ${name} in ${formatBytes(text.length)} of text, seen was ${describePage(text)}; ` +
      'register collectors.NewGoCollector() of client_golang there, or set reading.source to expvar or pprof',
  );
}
