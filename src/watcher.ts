import type { Analyst } from './analysis/analyst.ts';
import type { CapturedProfile } from './analysis/request.ts';
import { AskedRounds } from './asked-rounds.ts';
import type { TargetConfig } from './config/config.ts';
import type { ProfileSummary } from './growth/verdict.ts';
import type { VerdictReport } from './incident/incident.ts';
import { outlookAt } from './incident/outlook.ts';
import { judgeUrgency } from './incident/urgency.ts';
import { watchKinds } from './kind-rounds.ts';
import type { Reading } from './memory/reading.ts';
import { captured, observe, type Observation } from './memory/trigger.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { CaptureOutcome } from './metrics/work-metrics.ts';
import type { Clock } from './runtime/clock.ts';
import type { Log } from './runtime/log.ts';
import type { Archive } from './store/archive.ts';
import type { FetchGoroutines } from './target/capture-goroutines.ts';
import { tellFinding } from './tell-finding.ts';
import { NOTHING_YET, limitOf, stateOf, statusOf, wantsGc, type Watched } from './watched.ts';
import type { Deed, Done, TargetStatus } from './web/status.ts';

/** What one target's loop needs of the world. */
export interface WatcherParts {
  readonly config: TargetConfig;
  readonly read: (at: number, signal: AbortSignal) => Promise<Reading>;
  readonly capture: (forceGc: boolean, signal: AbortSignal) => Promise<Uint8Array>;
  readonly goroutines: FetchGoroutines;
  readonly analyst: Analyst;
  readonly archive: Archive;
  readonly tell: (report: VerdictReport) => Promise<void>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** Folds after which the history is written down again; those since are replayed from the saved profiles. */
const FOLDS_PER_SNAPSHOT = 10;
/** A failing target is asked less often, down to this share of its rate. */
const MAX_BACKOFF = 8;

/** One target's loop: read its memory, decide, capture, judge, tell. It outlives every error but `stop`. */
export class Watcher {
  readonly #parts: WatcherParts;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  readonly #asked = new AskedRounds();
  #watched: Watched;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: WatcherParts, earlier: Watched = NOTHING_YET) {
    this.#parts = parts;
    this.#log = parts.log.with({ target: parts.config.name });
    this.#watched = earlier;
  }

  /** `delayMs` spreads many targets over their interval. */
  start(delayMs: number): void {
    this.#loop = this.#watch(delayMs);
  }

  /** Cuts off what is under way and resolves to what a successor needs. */
  async stop(): Promise<Watched> {
    this.#stopping.abort();
    this.#asked.close();
    await this.#loop;
    this.#asked.refuseAll();
    if (this.#watched.unsavedFolds > 0) {
      await this.#saveHistory().catch((error: unknown) => {
        this.#log.error('history not saved; the saved profiles rebuild it', {
          error: messageOf(error),
        });
      });
    }
    return this.#watched;
  }

  status(): TargetStatus {
    return statusOf(this.#parts.config, this.#watched);
  }

  /** Has a round done now instead of when it is due, with a capture also where none is due. */
  act(deed: Deed): Promise<Done> {
    return this.#asked.ask(deed);
  }

  async #watch(delayMs: number): Promise<void> {
    const { clock, config } = this.#parts;
    const { signal } = this.#stopping;
    await clock.sleep(delayMs, this.#asked.signal);
    while (!signal.aborted) {
      const beganAt = clock.now();
      const asked = this.#asked.take();
      await this.#round(asked.captures).catch((error: unknown) => this.#reportBug(error));
      asked.answer(this.#watched);
      const backoff = Math.min(MAX_BACKOFF, 2 ** Math.max(0, this.#watched.failedReadings - 1));
      const dueAt = beganAt + config.reading.intervalMs * backoff;
      await clock.sleep(Math.max(0, dueAt - clock.now()), this.#asked.signal);
    }
  }

  async #round(captureAsked: boolean): Promise<void> {
    const observation = await this.#readMemory();
    if (this.#stopping.signal.aborted) return;
    if (observation.kind === 'reading') await this.#watchKinds(observation.reading);
    this.#decide(observation);
    const { trigger, reading, captureNotBefore } = this.#watched;
    const isDue =
      trigger.decision.capture !== 'none' && this.#parts.clock.now() >= captureNotBefore;
    const isAsked = captureAsked && observation.kind === 'reading';
    if (reading === undefined || !(isDue || isAsked)) return;
    await this.#captureAndJudge(reading);
  }

  async #watchKinds(reading: Reading): Promise<void> {
    const { kinds, verdict } = this.#watched;
    const seen = { reading, heap: verdict, limitBytes: this.#limitBytes() };
    const parts = { ...this.#parts, log: this.#log, signal: this.#stopping.signal };
    this.#update({ kinds: await watchKinds(kinds, seen, parts) });
  }

  async #readMemory(): Promise<Observation> {
    const { clock, metrics, config } = this.#parts;
    const at = clock.now();
    try {
      const reading = await this.#parts.read(at, this.#stopping.signal);
      this.#update({ reading, readingError: undefined, failedReadings: 0 });
      metrics.readingDone(config.name, 'success', (clock.now() - at) / 1000);
      metrics.targetMemory(config.name, reading);
      metrics.limit(config.name, this.#limitBytes());
      return { kind: 'reading', reading };
    } catch (error) {
      const why = messageOf(error);
      if (this.#stopping.signal.aborted) return { kind: 'no_reading', at, why };
      metrics.readingDone(config.name, 'failure', (clock.now() - at) / 1000);
      metrics.targetMemory(config.name, undefined);
      this.#noteFailedReading(at, why);
      return { kind: 'no_reading', at: clock.now(), why };
    }
  }

  #noteFailedReading(at: number, message: string): void {
    if (this.#watched.readingError?.message !== message) {
      this.#log.warn('reading failed', { error: message });
    }
    const failedReadings = this.#watched.failedReadings + 1;
    this.#update({ readingError: { at, message }, failedReadings });
  }

  #decide(observation: Observation): void {
    const { config, metrics } = this.#parts;
    const before = this.#watched.trigger;
    const trigger = observe(before, observation, {
      trigger: config.trigger,
      capture: config.capture,
      readingIntervalMs: config.reading.intervalMs,
      limitBytes: this.#limitBytes(),
    });
    this.#update({ trigger });
    const found = stateOf(config, this.#watched);
    metrics.targetState(config.name, trigger.mode === 'blind' ? 'blind' : found);
    const { capture, reason } = trigger.decision;
    const fields = { mode: trigger.mode, capture, reason };
    if (trigger.mode !== before.mode) this.#log.info('trigger changed', fields);
    else if (capture === 'none') this.#log.debug('trigger decided', fields);
    else this.#log.info('trigger decided', fields);
  }

  async #captureAndJudge(reading: Reading): Promise<void> {
    const { clock, metrics } = this.#parts;
    const forceGc = wantsGc(this.#parts.config, this.#watched, this.#parts.clock.now());
    const at = clock.now();
    try {
      const bytes = await this.#parts.capture(forceGc, this.#stopping.signal);
      const capture: CapturedProfile = { bytes, at: clock.now(), startedAt: reading.startedAt };
      const outcome = await this.#judge(capture, reading);
      metrics.captureDone(outcome, (clock.now() - at) / 1000, bytes.length);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      metrics.captureDone('failure', (clock.now() - at) / 1000);
      this.#noteFailedCapture(at, messageOf(error));
    }
    const trigger = captured(this.#watched.trigger, reading.at);
    this.#update({ trigger, ...(forceGc ? { lastForcedGcAt: at } : {}) });
    this.#log.debug('capture ended', { forcedGc: forceGc, seconds: (clock.now() - at) / 1000 });
  }

  #noteFailedCapture(at: number, message: string): void {
    const { config } = this.#parts;
    const failedCaptures = this.#watched.failedCaptures + 1;
    const backoff = Math.min(MAX_BACKOFF, 2 ** (failedCaptures - 1));
    this.#log.warn('capture failed', { error: message, failures: failedCaptures });
    this.#update({
      capture: { kind: 'failed', at, message },
      failedCaptures,
      captureNotBefore: at + config.capture.intervalMs * backoff,
    });
  }

  /** Judged before it is saved: what is no heap profile never takes the place of one. */
  async #judge(capture: CapturedProfile, reading: Reading): Promise<CaptureOutcome> {
    const { analyst, archive, config, metrics } = this.#parts;
    const { ownPackages, labels } = config;
    const rules = { ...config.detection, ownPackages, service: labels['service'] };
    const past = archive.past(capture.at);
    const folded = await analyst.fold(config.name, { capture, rules }, past);
    if (folded.kind === 'unusable') {
      this.#noteFailedCapture(capture.at, folded.message);
      return 'refused';
    }
    const outlook = outlookAt({ at: capture.at, reading, limitBytes: this.#limitBytes() });
    const verdict = judgeUrgency(folded.finding.verdict, { ...rules, at: capture.at, outlook });
    const finding = { ...folded.finding, verdict };
    metrics.decodeDone(folded.decodeSeconds);
    if (!finding.profile.fresh) metrics.profileStale();
    this.#log.info('verdict', { state: verdict.state, reason: verdict.reason });
    this.#update({ verdict });
    const saved = await this.#save(capture, finding.profile);
    metrics.targetState(config.name, stateOf(config, this.#watched));
    await tellFinding(finding, { outlook, at: capture.at }, this.#parts);
    return saved ? 'success' : 'failure';
  }

  /** A profile that cannot be saved (a full disk) has been judged all the same. */
  async #save({ at, bytes }: CapturedProfile, profile: ProfileSummary): Promise<boolean> {
    const { archive } = this.#parts;
    try {
      const saved = await archive.save({ at, inuseBytes: profile.inuseBytes, bytes });
      this.#update({
        capture: { kind: 'saved', ...saved, profile },
        failedCaptures: 0,
        captureNotBefore: 0,
        unsavedFolds: this.#watched.unsavedFolds + 1,
      });
      if (this.#watched.unsavedFolds >= FOLDS_PER_SNAPSHOT) await this.#saveHistory();
      return true;
    } catch (error) {
      this.#noteFailedCapture(at, messageOf(error));
      return false;
    }
  }

  async #saveHistory(): Promise<void> {
    const snapshot = await this.#parts.analyst.snapshot(this.#parts.config.name);
    if (snapshot !== undefined) await this.#parts.archive.saveHistory(snapshot);
    this.#update({ unsavedFolds: 0 });
  }

  #limitBytes(): number | undefined {
    return limitOf(this.#parts.config, this.#watched);
  }

  #update(change: Partial<Watched>): void {
    this.#watched = { ...this.#watched, ...change };
  }

  #reportBug(error: unknown): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.#log.error('a round failed; the next one goes on', { stack });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
