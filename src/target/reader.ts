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

/** After so many readings from the cheapest source that ever worked, those that never did are tried again. */
const TRY_CHEAPER_AFTER = 240;
/** Where a cheaper one has worked before, it is tried again after so many, and after twice as many each time it is in vain. */
const TRY_AGAIN_AFTER = 4;

/** What may be over with the next reading: a target that collects garbage under load, a connection that broke. */
const PASSING: ReadonlySet<TargetErrorKind> = new Set(['timeout', 'network']);

/** What no other path of the same target could be better at. */
const HOPELESS: ReadonlySet<TargetErrorKind> = new Set([
  'refused',
  'dns',
  'tls',
  'config',
  'aborted',
]);

/**
 * With `auto`, takes the cheapest source that works, and finds another when it stops working. Sources do not tell
 * the same, so none is left for one answer that is late: that is a reading less.
 */
export function createReader(
  client: HttpClient,
  { url, reading }: { readonly url: string; readonly reading: ReadingSettings },
): Reader {
  const only = reading.source === 'auto' ? undefined : reading.source;
  let choice = UNTRIED;
  return {
    get source() {
      return only ?? choice.source;
    },
    read: async (now, signal) => {
      const request = { url, at: now, timeoutMs: reading.timeoutMs, signal };
      if (only !== undefined) return readFirst(client, request, { order: [only] });
      try {
        const taken = await readFirst(client, request, attemptOf(choice));
        choice = afterReading(choice, taken.source);
        return taken;
      } catch (error) {
        choice = { ...choice, hasFailed: true };
        throw error;
      }
    },
  };
}

/** What `auto` knows of the sources. */
interface Choice {
  /** Of the last reading. */
  readonly source: ReadingSource | undefined;
  /** The cheapest that ever gave one. */
  readonly best: ReadingSource | undefined;
  /** Readings of the source since it was taken, or since a better one was tried in vain. */
  readonly inARow: number;
  /** After how many of them the better one is tried. */
  readonly tryAgainAfter: number;
  /** Whether the last attempt gave no reading. */
  readonly hasFailed: boolean;
}

const UNTRIED: Choice = {
  source: undefined,
  best: undefined,
  inARow: 0,
  tryAgainAfter: 0,
  hasFailed: false,
};

interface Attempt {
  readonly order: readonly ReadingSource[];
  /** Of which what passes by itself is no reason to ask the next one. */
  readonly trusted?: ReadingSource | undefined;
}

/** The remembered one first, then the others by what they cost. */
function attemptOf(choice: Choice): Attempt {
  const { source, hasFailed } = choice;
  if (source === undefined || looksAround(choice)) return { order: SOURCES };
  const order = [source, ...SOURCES.filter((other) => other !== source)];
  return { order, trusted: hasFailed ? undefined : source };
}

function looksAround({ source, best, inARow, tryAgainAfter }: Choice): boolean {
  if (source === SOURCES[0]) return false;
  if (source !== best) return inARow >= tryAgainAfter;
  return inARow > 0 && inARow % TRY_CHEAPER_AFTER === 0;
}

function afterReading(before: Choice, source: ReadingSource): Choice {
  const { source: last = source, best = source, inARow, tryAgainAfter } = before;
  const now = {
    source,
    best: costOf(source) < costOf(best) ? source : best,
    hasFailed: false,
  };
  if (costOf(source) > costOf(last)) {
    // A source that fails again and again is left alone for longer each time: to change it is to lose the thread.
    const isSteady = inARow >= TRY_CHEAPER_AFTER;
    return { ...now, inARow: 0, tryAgainAfter: twice(isSteady ? 0 : tryAgainAfter) };
  }
  const isInVain = source === last && source !== best && looksAround(before);
  if (isInVain) return { ...now, inARow: 0, tryAgainAfter: twice(tryAgainAfter) };
  const hasChanged = source !== before.source;
  return { ...now, inARow: hasChanged ? 0 : inARow + 1, tryAgainAfter };
}

function twice(readings: number): number {
  return Math.min(TRY_CHEAPER_AFTER, Math.max(TRY_AGAIN_AFTER, 2 * readings));
}

function costOf(source: ReadingSource): number {
  return SOURCES.indexOf(source);
}

async function readFirst(
  client: HttpClient,
  request: ReadRequest,
  { order, trusted }: Attempt,
): Promise<Reading> {
  const failures = new Map<ReadingSource, TargetError>();
  for (const source of order) {
    const outcome = await readFrom(client, source, request).catch(orHopeless);
    if (!(outcome instanceof TargetError)) return outcome;
    if (source === trusted && PASSING.has(outcome.kind)) throw outcome;
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
