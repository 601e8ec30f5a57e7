import type { Analyst } from '../analysis/analyst.ts';
import type { TargetConfig } from '../config/config.ts';
import {
  findPile,
  grownGroups,
  pileUpOf,
  type Look,
  type Looks,
  type PileUp,
} from '../goroutine/pile-up.ts';
import type { Verdict } from '../growth/verdict.ts';
import {
  clockStepSince,
  NO_READINGS,
  observeKinds,
  type KindHistory,
} from '../kind/kind-history.ts';
import type { KindRules } from '../kind/judge-kinds.ts';
import type { KindAlarm, KindVerdict } from '../kind/kind-verdict.ts';
import { afterStep, type ClockStep } from '../memory/clock-step.ts';
import type { Reading } from '../memory/reading.ts';
import type { GoroutineProfile } from '../target/capture-goroutines.ts';
import { messageOf } from '../runtime/message-of.ts';

/** What the readings of one target showed of the kinds of growth, and its goroutine profiles. */
export interface KindWatch {
  readonly history: KindHistory;
  readonly verdict: KindVerdict | undefined;
  readonly newEpoch: boolean;
  readonly looks: Looks | undefined;
  readonly proof: Look | undefined;
  /** When a profile of goroutines and a proof were last asked for, Unix milliseconds; 0: never. */
  readonly lookedAt: number;
  readonly provedAt: number;
  readonly reportedAt: number;
  /** Why the last look failed. */
  readonly lookError: string | undefined;
}

export const NOTHING_WATCHED: KindWatch = {
  history: NO_READINGS,
  verdict: undefined,
  newEpoch: false,
  looks: undefined,
  proof: undefined,
  lookedAt: 0,
  provedAt: 0,
  reportedAt: 0,
  lookError: undefined,
};

/** What of a target's configuration the kinds are judged by. */
export type Judging = Pick<TargetConfig, 'detection' | 'capture'>;

/** A proof takes the target a whole collection. */
const PROOF_EVERY_MS = 3_600_000;

/** Takes a reading in. Where it does not tell the number of goroutines, their newest profile does. */
export function withReading(before: KindWatch, reading: Reading, config: Judging): KindWatch {
  const rules = rulesOf(config);
  const watch = byClockAt(before, reading.at);
  const recent = watch.looks?.last;
  const isRecent = recent !== undefined && reading.at - recent.at <= 2 * rules.profileEveryMs;
  const needsTold = reading.goroutines === undefined && isRecent;
  const told = needsTold ? { ...reading, goroutines: recent.total } : reading;
  const seen = observeKinds(watch.history, told, rules);
  const epoch = seen.newEpoch ? { ...NOTHING_WATCHED, lookedAt: watch.lookedAt } : watch;
  const newEpoch = watch.newEpoch || seen.newEpoch;
  return { ...epoch, history: seen.history, verdict: seen.verdict, newEpoch };
}

/** The history follows the clock by itself, as it is told of a reading. */
function byClockAt(watch: KindWatch, at: number): KindWatch {
  const step = clockStepSince(watch.history, at);
  if (step === undefined) return watch;
  const { looks, proof } = watch;
  const asked = (time: number) => (time === 0 ? 0 : afterStep(time, step));
  return {
    ...watch,
    looks: looks && movedLooks(looks, step),
    proof: proof && movedLook(proof, step),
    lookedAt: asked(watch.lookedAt),
    provedAt: asked(watch.provedAt),
    reportedAt: asked(watch.reportedAt),
  };
}

/** One look stays the first and the last. */
function movedLooks({ first, last }: Looks, step: ClockStep): Looks {
  const moved = movedLook(last, step);
  return { first: first === last ? moved : movedLook(first, step), last: moved };
}

function movedLook(look: Look, step: ClockStep): Look {
  return { ...look, at: afterStep(look.at, step) };
}

export function rulesOf({ detection, capture }: Judging): KindRules {
  const { minProfiles, confirmProfiles, minGrowthBytes } = detection;
  return { minProfiles, confirmProfiles, minGrowthBytes, profileEveryMs: capture.intervalMs };
}

/** Fetches profiles of goroutines where their growth asks for it. */
export interface Looker {
  readonly fetch: (profile: GoroutineProfile) => Promise<Uint8Array | undefined>;
  readonly analyst: Pick<Analyst, 'goroutines'>;
  readonly config: TargetConfig;
  readonly now: () => number;
}

/** After a look at the goroutines, where one is called for and due; it never rejects. */
export async function withLook(
  watch: KindWatch,
  heap: Verdict | undefined,
  looker: Looker,
): Promise<KindWatch> {
  const now = looker.now();
  if (!isSuspicious(watch, heap) || now - watch.lookedAt < looker.config.capture.intervalMs) {
    return watch;
  }
  try {
    const look = await lookAt('goroutine', looker);
    const first = watch.looks?.first ?? look;
    const looks = look === undefined || first === undefined ? watch.looks : { first, last: look };
    const seen = { ...watch, looks, lookedAt: now, lookError: undefined };
    return isProofDue(seen, now) ? await withProof(seen, looker) : seen;
  } catch (error) {
    const lookError = messageOf(error);
    return { ...watch, lookedAt: now, lookError };
  }
}

/** One that fails took the target as much, and is not asked for again sooner. */
async function withProof(watch: KindWatch, looker: Looker): Promise<KindWatch> {
  try {
    const proof = await lookAt('goroutineleak', looker);
    return { ...watch, provedAt: looker.now(), proof: proof ?? watch.proof };
  } catch (error) {
    return { ...watch, provedAt: looker.now(), lookError: messageOf(error) };
  }
}

async function lookAt(profile: GoroutineProfile, looker: Looker): Promise<Look | undefined> {
  const bytes = await looker.fetch(profile);
  if (bytes === undefined) return undefined;
  const reply = await looker.analyst.goroutines(bytes, looker.config.ownPackages);
  if (reply.kind === 'unusable') throw new Error(`/debug/pprof/${profile}: ${reply.message}`);
  return { at: looker.now(), ...reply.look };
}

/**
 * Their number grows, or their stacks or descriptors do where nobody told the number for long enough;
 * what each of them holds may well grow more than its stack.
 */
function isSuspicious({ verdict }: KindWatch, heap: Verdict | undefined): boolean {
  const state = alarmOf(verdict, 'goroutine')?.state ?? 'insufficient';
  if (state !== 'insufficient') return IS_GROWING.has(state);
  if (verdict?.grown.some((kind) => kind === 'stacks' || kind === 'goroutine')) return true;
  return heap?.suspects.some(({ function: name }) => name === 'runtime.malg') ?? false;
}

const IS_GROWING: ReadonlySet<string> = new Set(['growing', 'suspect', 'leak']);

/** What was proved of too few, or of others than pile up now, may be proved of these an hour later. */
function isProofDue({ verdict, provedAt, looks, proof }: KindWatch, now: number): boolean {
  const state = alarmOf(verdict, 'goroutine')?.state ?? 'quiet';
  const isAsked = state === 'growing' || state === 'suspect';
  if (!isAsked || now - provedAt < PROOF_EVERY_MS) return false;
  return looks === undefined || findPile(looks, proof)?.isProven !== true;
}

export function alarmOf(
  verdict: KindVerdict | undefined,
  kind: KindAlarm['kind'],
): KindAlarm | undefined {
  return verdict?.alarms.find((alarm) => alarm.kind === kind);
}

/** Where goroutines pile up now; `undefined` where they do not, or no profile of them told. */
export function pileUpIn(watch: KindWatch, reading: Reading): PileUp | undefined {
  const { verdict, looks, proof } = watch;
  const alarm = alarmOf(verdict, 'goroutine');
  if (alarm?.trend === undefined || looks === undefined || !IS_GROWING.has(alarm.state)) {
    return undefined;
  }
  const found = findPile(looks, proof);
  if (found === undefined) return undefined;
  const { growthToNow: growth, perHour } = alarm.trend;
  const { total } = looks.last;
  const count = reading.goroutines ?? total;
  const stacks = reading.stackInuseBytes;
  const bytesEach = stacks === undefined || count === 0 ? undefined : Math.round(stacks / count);
  const pile = pileUpOf(found, { total, growth, perHour, bytesEach });
  const { first, last } = looks;
  return first === last ? pile : { ...pile, groups: grownGroups(looks), groupsSince: first.at };
}
