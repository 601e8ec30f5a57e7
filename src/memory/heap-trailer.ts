import { formatBytes } from '../config/units.ts';
import { describePage } from './excerpt.ts';
import { ReadingError } from './reading-error.ts';
import type { Reading } from './reading.ts';

const PAGE = '/debug/pprof/heap?debug=1';
const ADVICE =
  'import _ "net/http/pprof" and serve it there, or set reading.source to metrics or expvar';

/**
 * A reading from the trailer of `/debug/pprof/heap?debug=1`, lines of `# Name = value` that follow
 * `# runtime.MemStats` (runtime/pprof, writeHeapInternal). `MaxRSS` is the peak of the resident set
 * and so is not read. Throws `ReadingError` where the trailer is missing or does not tell the heap.
 */
export function parseHeapTrailer(text: string, at: number): Reading {
  const figures = readTrailer(text);
  return {
    at,
    source: 'pprof',
    heapInuseBytes: need(figures, 'HeapInuse'),
    heapAllocBytes: need(figures, 'HeapAlloc'),
    heapIdleBytes: figures.get('HeapIdle'),
    heapReleasedBytes: figures.get('HeapReleased'),
    stackInuseBytes: figures.get('Stack'),
    profilerBytes: figures.get('BuckHashSys'),
    sysBytes: figures.get('Sys'),
    nextGcBytes: figures.get('NextGC'),
    allocatedBytes: figures.get('TotalAlloc'),
    rssBytes: undefined,
    limitBytes: undefined,
    goroutines: undefined,
    gcCount: figures.get('NumGC'),
    startedAt: undefined,
    goVersion: undefined,
  };
}

/** Of `# Stack = inuse / sys` the first is taken. */
function readTrailer(text: string): ReadonlyMap<string, number> {
  if (!text.startsWith('heap profile: ')) {
    throw new ReadingError(
      `${PAGE}: not a heap profile in text but ${describePage(text)}; ${ADVICE}`,
    );
  }
  const start = text.lastIndexOf('\n# runtime.MemStats');
  if (start === -1) {
    throw new ReadingError(
      `${PAGE}: no "# runtime.MemStats" in ${formatBytes(text.length)} of text, so it ends early; look for a proxy that cuts answers, or set reading.source to metrics or expvar`,
    );
  }
  const lines = text.slice(start).matchAll(/^# (\w+) = (\d+)(?: \/ \d+)?\r?$/gm);
  return new Map(Array.from(lines, ([, name = '', value]) => [name, Number(value)]));
}

function need(figures: ReadonlyMap<string, number>, name: string): number {
  const value = figures.get(name);
  if (value !== undefined) return value;
  throw new ReadingError(
    `${PAGE}: no "# ${name} = " after "# runtime.MemStats"; set reading.source to metrics or expvar`,
  );
}
