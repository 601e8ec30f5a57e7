import type { StopSignal } from '../runtime/stop-signal.ts';
import type { Analyst } from '../analysis/analyst.ts';
import type { CapturedProfile } from '../analysis/request.ts';
import type { TargetConfig } from '../config/config.ts';
import { fillingIn } from '../growth/verdict.ts';
import type { ProfileSummary } from '../growth/verdict.ts';
import type { VerdictReport } from '../incident/incident.ts';
import { outlookAt } from '../incident/outlook.ts';
import { judgeUrgency } from '../incident/urgency.ts';
import type { Reading } from '../memory/reading.ts';
import type { Happening } from '../memory/target-record.ts';
import { captured } from '../memory/trigger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { CaptureOutcome } from '../metrics/work-metrics.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { messageOf } from '../runtime/message-of.ts';
import type { Archive } from '../store/archive.ts';
import { StoreError } from '../store/store-error.ts';
import { limitOf } from './last-reading.ts';
import { tellFinding } from './tell-finding.ts';
import { MAX_BACKOFF, stateOf, wantsGc, type Watched } from './watched.ts';

export interface CaptureParts {
  readonly config: TargetConfig;
  readonly capture: (forceGc: boolean, signal: StopSignal) => Promise<Uint8Array>;
  readonly analyst: Analyst;
  readonly archive: Archive;
  /** The functions whose growth decides whether what is told of the target goes on. */
  readonly followed: () => readonly string[];
  readonly tell: (report: VerdictReport) => Promise<void>;
  /** For the story of the target; never throws. */
  readonly happened: (happening: Happening) => void;
  readonly ran: (build: string | undefined, at: number) => void;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a loop knows, to be seen and changed at once by whoever works for it. */
export interface State {
  readonly signal: StopSignal;
  watched(): Watched;
  update(change: Partial<Watched>): void;
}

/** Folds after which the history is written down again; those since are replayed from the saved profiles. */
const FOLDS_PER_SNAPSHOT = 10;

/** Captures a profile, judges it, saves it and tells what it brought; rejects only for a defect. */
export async function captureAndJudge(
  state: State,
  reading: Reading,
  parts: CaptureParts,
): Promise<void> {
  const { clock, metrics, config, log } = parts;
  const at = clock.now();
  const forceGc = wantsGc(config, state.watched(), at);
  try {
    const bytes = await parts.capture(forceGc, state.signal);
    const capture: CapturedProfile = { bytes, at: clock.now(), startedAt: reading.startedAt };
    const outcome = await judge(state, { capture, reading }, parts);
    metrics.captureDone(outcome, (clock.now() - at) / 1000, bytes.length);
  } catch (error) {
    if (state.signal.aborted) return;
    metrics.captureDone('failure', (clock.now() - at) / 1000);
    noteFailure(state, { at, message: messageOf(error) }, parts);
  }
  const trigger = captured(state.watched().trigger, reading.at);
  state.update({ trigger, ...(forceGc ? { lastForcedGcAt: at } : {}) });
  log.debug('capture ended', { forcedGc: forceGc, seconds: (clock.now() - at) / 1000 });
}

export async function saveHistory(
  state: State,
  { analyst, archive, config }: Pick<CaptureParts, 'analyst' | 'archive' | 'config'>,
): Promise<void> {
  const snapshot = await analyst.snapshot(config.name);
  if (snapshot !== undefined) await archive.saveHistory(snapshot);
  state.update({ unsavedFolds: 0 });
}

interface Taken {
  readonly capture: CapturedProfile;
  readonly reading: Reading;
}

/** Judged before it is saved: what is no heap profile never takes the place of one. */
async function judge(
  state: State,
  { capture, reading }: Taken,
  parts: CaptureParts,
): Promise<CaptureOutcome> {
  const { analyst, archive, config, metrics } = parts;
  const { ownPackages, labels } = config;
  const rules = { ...config.detection, ownPackages, service: labels['service'] };
  const past = archive.past(capture.at);
  const live = state.watched().kinds.history.cells;
  const work = { capture, rules, live, follow: parts.followed() };
  const folded = await analyst.fold(config.name, work, past);
  if (folded.kind === 'unusable') {
    noteFailure(state, { at: capture.at, message: folded.message }, parts);
    return 'refused';
  }
  const limitBytes = limitOf(config, state.watched());
  const all = fillingIn(folded.finding.verdict);
  const outlook = outlookAt({ at: capture.at, reading, limitBytes, all });
  const { intervalMs } = config.capture;
  const wasUrgent = state.watched().verdict?.isUrgent === true && !folded.finding.profile.newEpoch;
  const now = { ...rules, intervalMs, at: capture.at, outlook, wasUrgent };
  const verdict = judgeUrgency(folded.finding.verdict, now);
  const finding = { ...folded.finding, verdict };
  metrics.decodeDone(folded.decodeSeconds);
  metrics.historiesHeld(folded.held);
  if (!finding.profile.fresh) metrics.profileStale();
  noteVerdict(state.watched(), { at: capture.at, finding, reading }, parts);
  state.update({ verdict });
  metrics.targetCaptured(config.name, true);
  const isSaved = await save(state, { capture, profile: finding.profile }, parts);
  metrics.targetState(config.name, stateOf(state.watched()));
  await tellFinding(finding, { outlook, at: capture.at }, parts);
  return isSaved ? 'success' : 'failure';
}

interface Found {
  readonly at: number;
  readonly finding: {
    readonly verdict: NonNullable<Watched['verdict']>;
    readonly profile: ProfileSummary;
  };
  readonly reading: Reading;
}

/**
 * A verdict of another state than the one before is news, and any other goes to whoever looks closely. What
 * readings do not tell of the process, another one or another build, its profile does.
 */
function noteVerdict(
  before: Watched,
  { at, finding: { verdict, profile }, reading }: Found,
  { happened, ran, log }: CaptureParts,
): void {
  const { state, reason } = verdict;
  const isNews = before.verdict?.state !== state;
  log[isNews ? 'info' : 'debug']('verdict', { state, reason });
  if (reading.revision === undefined) ran(profile.buildId, at);
  const isLater = before.verdict !== undefined;
  if (isLater && profile.newEpoch && reading.startedAt === undefined) {
    happened({ at, kind: 'restarted', reason: 'the profile is of another process' });
  }
  if (!isNews) return;
  const change = isLater ? `${before.verdict.state} → ${state}` : state;
  happened({ at, kind: 'verdict', reason: `heap: ${change}: ${reason}` });
}

/**
 * A profile that cannot be saved (a full disk) has been judged all the same, so the next one comes when
 * it is due. The store tells where the disk refuses.
 */
async function save(
  state: State,
  { capture: { at, bytes }, profile }: { capture: CapturedProfile; profile: ProfileSummary },
  parts: CaptureParts,
): Promise<boolean> {
  state.update({ failedCaptures: 0, captureNotBefore: 0 });
  try {
    const saved = await parts.archive.save({ at, inuseBytes: profile.inuseBytes, bytes });
    const unsavedFolds = state.watched().unsavedFolds + 1;
    state.update({ capture: { kind: 'saved', ...saved, profile }, unsavedFolds });
  } catch (error) {
    state.update({ capture: { kind: 'failed', at, message: messageOf(error) } });
    return false;
  }
  if (state.watched().unsavedFolds >= FOLDS_PER_SNAPSHOT) await saveHistoryInTime(state, parts);
  return true;
}

/** Where it is not saved it is tried again with the next profile. */
async function saveHistoryInTime(state: State, parts: CaptureParts): Promise<void> {
  try {
    await saveHistory(state, parts);
  } catch (error) {
    if (error instanceof StoreError) return;
    parts.log.warn('history not saved; the saved profiles rebuild it', { error: messageOf(error) });
  }
}

function noteFailure(
  state: State,
  failure: { readonly at: number; readonly message: string },
  { config, metrics, log }: CaptureParts,
): void {
  metrics.targetCaptured(config.name, false);
  const failedCaptures = state.watched().failedCaptures + 1;
  const backoff = Math.min(MAX_BACKOFF, 2 ** (failedCaptures - 1));
  log.warn('capture failed', { error: failure.message, failures: failedCaptures });
  state.update({
    capture: { kind: 'failed', ...failure },
    failedCaptures,
    captureNotBefore: failure.at + config.capture.intervalMs * backoff,
  });
}
