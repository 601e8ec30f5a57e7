import type { StopSignal } from '../runtime/stop-signal.ts';
import type { ReadingSource } from '../config/config.ts';
import { parseExpvar } from '../memory/expvar.ts';
import { parseHeapTrailer } from '../memory/heap-trailer.ts';
import { parseMetricsPage } from '../memory/metrics-page.ts';
import { ReadingError } from '../memory/reading-error.ts';
import type { Reading } from '../memory/reading.ts';
import { expectOk } from './expect-ok.ts';
import type { HttpClient } from './http-client.ts';
import { TargetError } from './target-error.ts';

interface Source {
  readonly path: string;
  readonly accept: string;
  readonly parse: (text: string, at: number) => Reading;
  readonly ifMissing: string;
}

const SOURCE: Readonly<Record<ReadingSource, Source>> = {
  metrics: {
    path: '/metrics',
    accept: 'text/plain;version=0.0.4',
    parse: parseMetricsPage,
    ifMissing: 'serve promhttp.Handler() there, or set reading.source to expvar or pprof',
  },
  expvar: {
    path: '/debug/vars',
    accept: 'application/json',
    parse: parseExpvar,
    ifMissing: 'import _ "expvar" and serve it there, or set reading.source to metrics or pprof',
  },
  pprof: {
    path: '/debug/pprof/heap?debug=1',
    accept: 'text/plain',
    parse: parseHeapTrailer,
    ifMissing:
      'import _ "net/http/pprof" and serve http.DefaultServeMux, or let url name the port and the prefix where it is',
  },
};

/** All of them, the cheapest for the target first: the last one writes a whole profile and stops the world. */
export const SOURCES = ['metrics', 'expvar', 'pprof'] as const satisfies readonly ReadingSource[];

const MAX_PAGE_BYTES = 16 * 2 ** 20;

const UTF8 = new TextDecoder();

export interface ReadRequest {
  readonly url: string;
  readonly at: number;
  readonly timeoutMs: number;
  readonly signal: StopSignal;
}

/** One reading from one source. Rejects with a `TargetError`, of kind `content` where the page is not what it should be. */
export async function readFrom(
  client: HttpClient,
  source: ReadingSource,
  { url, at, timeoutMs, signal }: ReadRequest,
): Promise<Reading> {
  const { path, accept, parse, ifMissing } = SOURCE[source];
  const page = url + path;
  const answer = await client.request({
    url: page,
    shown: page,
    headers: { accept },
    timeoutMs,
    timeoutSetting: 'reading.timeout',
    maxBytes: MAX_PAGE_BYTES,
    signal,
  });
  expectOk(answer, page, ifMissing);
  try {
    return parse(UTF8.decode(answer.body), at);
  } catch (cause) {
    if (!(cause instanceof ReadingError)) throw cause;
    throw new TargetError('content', url + cause.message, { cause });
  }
}
