import type { StopSignal } from '../runtime/stop-signal.ts';
import type { ReadingSettings, ReadingSource } from '../config/config.ts';
import type { Reading } from '../memory/reading.ts';
import type { HttpClient } from './http-client.ts';
import { readFrom, SOURCES, type ReadRequest } from './sources.ts';
import { TargetError, type TargetErrorKind } from './target-error.ts';

/** Takes readings of one target. */
export interface Reader {
  /**
   * `now` is when, Unix milliseconds. Rejects with a `TargetError`; where `auto` found no source that
   * works, it tells the problem of each, and its kind is that of pprof, which captures need anyway.
   */
  read(now: number, signal: StopSignal): Promise<Reading>;
  /** The source of the last reading, or the only one allowed. */
  readonly source: ReadingSource | undefined;
}

/** After so many readings from a costlier source, the cheaper ones are tried again. */
const TRY_CHEAPER_AFTER = 240;

/** What no other path of the same target could be better at. */
const HOPELESS: ReadonlySet<TargetErrorKind> = new Set([
  'refused',
  'dns',
  'tls',
  'config',
  'aborted',
]);

/** With `auto`, takes the cheapest source that works, and finds another when it stops working. */
export function createReader(
  client: HttpClient,
  { url, reading }: { readonly url: string; readonly reading: ReadingSettings },
): Reader {
  let source = reading.source === 'auto' ? undefined : reading.source;
  let inARow = 0;
  return {
    get source() {
      return source;
    },
    read: async (now, signal) => {
      const lookAround = inARow >= TRY_CHEAPER_AFTER;
      const order =
        reading.source === 'auto' ? orderFrom(lookAround ? undefined : source) : [reading.source];
      const request = { url, at: now, timeoutMs: reading.timeoutMs, signal };
      const taken = await readFirst(client, order, request);
      inARow = lookAround || taken.source !== source ? 0 : inARow + 1;
      source = taken.source;
      return taken;
    },
  };
}

/** The remembered one first, then the others by what they cost. */
function orderFrom(remembered: ReadingSource | undefined): readonly ReadingSource[] {
  if (remembered === undefined) return SOURCES;
  return [remembered, ...SOURCES.filter((source) => source !== remembered)];
}

async function readFirst(
  client: HttpClient,
  sources: readonly ReadingSource[],
  request: ReadRequest,
): Promise<Reading> {
  const failures = new Map<ReadingSource, TargetError>();
  for (const source of sources) {
    const outcome = await readFrom(client, source, request).catch(orHopeless);
    if (!(outcome instanceof TargetError)) return outcome;
    failures.set(source, outcome);
  }
  throw noneWorks(request.url, failures);
}

function orHopeless(error: unknown): TargetError {
  if (error instanceof TargetError && !HOPELESS.has(error.kind)) return error;
  throw error;
}

function noneWorks(url: string, failures: ReadonlyMap<ReadingSource, TargetError>): unknown {
  const inOrder = SOURCES.flatMap((source) => failures.get(source) ?? []);
  const last = inOrder.at(-1);
  if (last === undefined || inOrder.length === 1) return last;
  const problems = inOrder.map(({ message }) => message.replace(url, '')).join(' | ');
  const message = `${url}: no source gives a reading: ${problems}`;
  return new TargetError(last.kind, message, { cause: last });
}
