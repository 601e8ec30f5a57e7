import type { StopSignal } from '../runtime/stop-signal.ts';
import type { Analyst } from '../analysis/analyst.ts';
import type { TargetConfig } from '../config/config.ts';
import type { Verdict } from '../growth/verdict.ts';
import type { VerdictReport } from '../incident/incident.ts';
import { scopeOf } from '../incident/scope.ts';
import type { Concern } from '../incident/step.ts';
import { outlookFor } from '../incident/outlook.ts';
import { whyUrgent } from '../incident/urgency.ts';
import { kindParts, type KindPart } from './kind-reports.ts';
import { tellRestart } from './tell-restart.ts';
import { alarmOf, withLook, withReading, type KindWatch } from './kind-watch.ts';
import { lifeOf } from '../kind/judge-kinds.ts';
import { WORDS } from '../kind/words.ts';
import type { KindAlarm } from '../kind/kind-verdict.ts';
import { pileGrowth } from '../kind/pile-growth.ts';
import type { Reading } from '../memory/reading.ts';
import type { Happening } from '../memory/target-record.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { FetchGoroutines, GoroutineProfile } from '../target/capture-goroutines.ts';

interface RoundParts {
  readonly config: TargetConfig;
  readonly goroutines: FetchGoroutines;
  readonly analyst: Pick<Analyst, 'goroutines'>;
  readonly concerns: (concern: Concern) => boolean;
  readonly tell: (report: VerdictReport) => Promise<void>;
  readonly happened: (happening: Happening) => void;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: StopSignal;
}

interface Seen {
  readonly reading: Reading;
  readonly heap: Verdict | undefined;
  readonly limitBytes: number | undefined;
}

type SeenBy = Seen & Pick<RoundParts, 'config'>;

/** One reading's part in the kinds of growth: judge, look at goroutines where they grow, and tell as often as profiles come. */
export async function watchKinds(
  before: KindWatch,
  seen: Seen,
  parts: RoundParts,
): Promise<KindWatch> {
  const { config, goroutines, analyst, clock, metrics, log, signal } = parts;
  const { reading, heap } = seen;
  const read = withReading(before, reading, config);
  if (read.newEpoch && !before.newEpoch) await tellRestart(seen, parts);
  const fetch = (profile: GoroutineProfile) => goroutines(profile, signal);
  const looked = await withLook(read, heap, { fetch, analyst, config, now: () => clock.now() });
  const kinds = withUrgency(looked, before, { ...seen, config });
  warnOfLook(before, kinds, log);
  for (const reason of turnsOf(before, kinds)) {
    parts.happened({ at: reading.at, kind: 'verdict', reason });
  }
  metrics.growth(config.name, kinds.verdict?.shares ?? []);
  const everyMs = config.capture.intervalMs;
  if (signal.aborted || reading.at - kinds.reportedAt < everyMs) return kinds;
  const told = kindParts(kinds, reading, everyMs);
  metrics.suspects(
    config.name,
    'kinds',
    told.flatMap(({ suspects }) => suspects),
  );
  metrics.limitReached(config.name, 'kinds', earliestEnd(told, seen, kinds));
  const scope = scopeOf(config);
  for (const part of told) {
    if (!parts.concerns({ target: config.name, scope, state: part.state })) continue;
    await parts.tell(reportOf(part, kinds, { ...seen, config }));
  }
  return { ...kinds, reportedAt: reading.at, newEpoch: false };
}

/** What fills the room up to the limit too soon to be surer is a leak, as it is with the heap, and stays one while it is a suspect. */
function withUrgency(kinds: KindWatch, before: KindWatch, seen: SeenBy): KindWatch {
  const { verdict } = kinds;
  if (verdict?.alarms.some(({ state }) => state === 'suspect') !== true) return kinds;
  const { config, reading } = seen;
  const { intervalMs } = config.capture;
  const { minProfiles } = config.detection;
  const parts = kindParts(kinds, reading, intervalMs);
  const freshInEpoch = lifeOf(kinds.history.cells, { profileEveryMs: intervalMs });
  const whyOf = (kind: KindAlarm['kind']): string | undefined => {
    const part = parts.find((each) => each.kind === kind);
    if (part === undefined) return undefined;
    const wasUrgent = alarmOf(before.verdict, kind)?.isUrgent === true;
    const outlook = outlookOf(part, seen, kinds);
    // What the runtime proved meanwhile was a suspect by itself all the same.
    const suspected = { ...part, state: 'suspect' as const, freshInEpoch };
    return whyUrgent(suspected, { at: reading.at, minProfiles, intervalMs, outlook, wasUrgent });
  };
  const alarms = verdict.alarms.map((alarm) =>
    alarm.state === 'suspect' ? asUrgent(alarm, whyOf(alarm.kind)) : alarm,
  );
  return { ...kinds, verdict: { ...verdict, alarms } };
}

function asUrgent(alarm: KindAlarm, why: string | undefined): KindAlarm {
  if (why === undefined) return alarm;
  return { ...alarm, state: 'leak', reason: `${alarm.reason}; ${why}`, isUrgent: true };
}

/** Unix seconds; `undefined` where none is in sight. */
function earliestEnd(parts: readonly KindPart[], seen: Seen, kinds: KindWatch): number | undefined {
  const ends = parts.flatMap((part) =>
    part.suspects.flatMap((suspect) => outlookOf(part, seen, kinds)(suspect).limitReachedAt ?? []),
  );
  return ends.length === 0 ? undefined : Math.min(...ends) / 1_000;
}

export function outlookOf(
  { kind }: KindPart,
  { reading, limitBytes }: Omit<Seen, 'heap'>,
  { history, verdict }: KindWatch,
): VerdictReport['outlook'] {
  const isOutsideHeap = kind !== 'goroutine';
  const piles = alarmOf(verdict, 'goroutine');
  const isWarm = piles?.state === 'leak' && piles.isUrgent !== true;
  const question = { at: reading.at, reading, limitBytes, isOutsideHeap };
  return (suspect) => {
    const since = { ms: suspect.since, isWarm };
    const pile = isOutsideHeap ? undefined : pileGrowth(history.cells, since);
    return outlookFor({ ...question, suspect, pile });
  };
}

function warnOfLook(before: KindWatch, { lookError }: KindWatch, log: Log): void {
  if (lookError === undefined || lookError === before.lookError) return;
  log.warn('no profile of goroutines', { error: lookError });
}

/** In words, of each kind beside the heap, that it began to be told of, that it is told of as another state, or is not any more. */
function turnsOf(before: KindWatch, { verdict }: KindWatch): readonly string[] {
  const alarms = verdict?.alarms ?? [];
  return alarms.flatMap(({ kind, state, reason }) => {
    const earlier = alarmOf(before.verdict, kind)?.state ?? 'insufficient';
    const isTold = TOLD.has(state) || TOLD.has(earlier);
    return isTold && state !== earlier ? [`${WORDS[kind]}: ${earlier} → ${state}: ${reason}`] : [];
  });
}

const TOLD: ReadonlySet<string> = new Set(['suspect', 'leak']);

function reportOf(part: KindPart, kinds: KindWatch, seen: SeenBy): VerdictReport {
  const { name, labels, detection } = seen.config;
  const { at } = seen.reading;
  const { newEpoch, verdict } = kinds;
  return {
    ...part,
    target: name,
    scope: scopeOf(seen.config),
    labels,
    at,
    minProfiles: detection.minProfiles,
    newEpoch,
    shares: verdict?.shares ?? [],
    outlook: outlookOf(part, seen, kinds),
    profiles: undefined,
  };
}
