import { z } from 'zod';
import { describePage } from './excerpt.ts';
import { ReadingError } from './reading-error.ts';
import type { Reading } from './reading.ts';

const amount = z.number().nonnegative();

/** Of `runtime.MemStats` as encoding/json writes it; a figure that is no amount is not told. */
const page = z.object({
  memstats: z.object({
    HeapInuse: amount,
    HeapAlloc: amount,
    HeapIdle: amount.optional().catch(undefined),
    HeapReleased: amount.optional().catch(undefined),
    StackInuse: amount.optional().catch(undefined),
    BuckHashSys: amount.optional().catch(undefined),
    Sys: amount.optional().catch(undefined),
    NextGC: amount.optional().catch(undefined),
    TotalAlloc: amount.optional().catch(undefined),
    NumGC: amount.optional().catch(undefined),
  }),
});

const ADVICE =
  'import _ "expvar" and serve its handler there, or set reading.source to metrics or pprof';

/** A reading from `/debug/vars`. Throws `ReadingError` where its `memstats` does not tell the heap. */
export function parseExpvar(text: string, at: number): Reading {
  const parsed = page.safeParse(parseJson(text));
  if (!parsed.success) throw new ReadingError(`/debug/vars: ${problem(parsed.error)}; ${ADVICE}`);
  const { memstats } = parsed.data;
  return {
    at,
    source: 'expvar',
    heapInuseBytes: memstats.HeapInuse,
    heapAllocBytes: memstats.HeapAlloc,
    heapIdleBytes: memstats.HeapIdle,
    heapReleasedBytes: memstats.HeapReleased,
    stackInuseBytes: memstats.StackInuse,
    profilerBytes: memstats.BuckHashSys,
    sysBytes: memstats.Sys,
    nextGcBytes: memstats.NextGC,
    allocatedBytes: memstats.TotalAlloc,
    rssBytes: undefined,
    limitBytes: undefined,
    goroutines: undefined,
    gcCount: memstats.NumGC,
    startedAt: undefined,
    goVersion: undefined,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `/debug/vars: not the JSON of expvar but ${describePage(text)}; ${ADVICE}`;
    throw new ReadingError(message, { cause });
  }
}

function problem(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  return `no usable ${path === '' ? 'memstats' : path} (${issue?.message ?? 'unreadable'})`;
}
