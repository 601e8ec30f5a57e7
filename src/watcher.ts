import type { Analyst } from './analysis/analyst.ts';
import { AskedRounds } from './watch/asked-rounds.ts';
import { onBeat } from './watch/beat.ts';
import { captureAndJudge, saveHistory, type State } from './watch/capture-rounds.ts';
import type { TargetConfig } from './config/config.ts';
import type { VerdictReport } from './incident/incident.ts';
import type { Concern } from './incident/step.ts';
import type { Silence } from './incident/unread.ts';
import { watchKinds } from './watch/kind-rounds.ts';
import { NOTHING_WATCHED, type KindWatch } from './watch/kind-watch.ts';
import type { Lanes } from './watch/lanes.ts';
import { withWhatItStartedWith } from './memory/one-process.ts';
import type { Reading } from './memory/reading.ts';
import type { MemoryPoint } from './memory/recent.ts';
import { happeningsOf } from './memory/trigger-happenings.ts';
import type { Happening } from './memory/target-record.ts';
import { observe, type Observation, type Trigger } from './memory/trigger.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Clock } from './runtime/clock.ts';
import type { Log } from './runtime/log.ts';
import { messageOf } from './runtime/message-of.ts';
import { Stop, type StopSignal } from './runtime/stop-signal.ts';
import type { Archive } from './store/archive.ts';
import type { FetchGoroutines } from './target/capture-goroutines.ts';
import { limitOf } from './watch/last-reading.ts';
import type { Recalled } from './watch/recall.ts';
import { silenceOf } from './watch/silence.ts';
import {
  MAX_BACKOFF,
  NOTHING_YET,
  isBackingOff,
  stateOf,
  statusOf,
  withRecalled,
  type Watched,
} from './watch/watched.ts';
import type { Deed, Done, TargetStatus } from './web/status.ts';

/** What one target's loop needs of the world. */
export interface WatcherParts {
  readonly config: TargetConfig;
  readonly read: (at: number, signal: StopSignal) => Promise<Reading>;
  readonly capture: (forceGc: boolean, signal: StopSignal) => Promise<Uint8Array>;
  readonly goroutines: FetchGoroutines;
  readonly analyst: Analyst;
  readonly archive: Archive;
  /** Shared by all targets. */
  readonly lanes: Lanes;
  /** Whether a report of a kind of growth would change anything; the heap's is always made. */
  readonly concerns: (concern: Concern) => boolean;
  readonly followed: () => readonly string[];
  readonly tell: (report: VerdictReport) => Promise<void>;
  /** For the story of the target; never throws. */
  readonly happened: (happening: Happening) => void;
  /** Says that there are no readings for a while, or `undefined` that there are again; never throws. */
  readonly unread: (silence: Silence | undefined) => void;
  /** What was known of the target before heapwarden was started; never throws. */
  readonly recall: () => Promise<Recalled>;
  /** Which build runs, as far as it is told: a commit, a tag or the id of a build. */
  readonly ran: (build: string | undefined, at: number) => void;
  /** Of the kinds of growth, what outlives a restart of the daemon; neither throws. */
  readonly keptKinds: {
    readonly restore: () => Promise<KindWatch>;
    readonly keep: (kinds: KindWatch) => void;
  };
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** One target's loop: read its memory, decide, capture, judge, tell. It outlives every error but `stop`. */
export class Watcher {
  readonly #parts: WatcherParts & { readonly signal: StopSignal };
  readonly #log: Log;
  readonly #stopping = new Stop();
  readonly #asked = new AskedRounds();
  readonly #state: State;
  /** Changed in place: each reading changes it some times over, and copies were of ever new hidden classes. */
  readonly #watched: { -readonly [Field in keyof Watched]: Watched[Field] };
  #phase = 0;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: WatcherParts, earlier: Watched = NOTHING_YET) {
    this.#log = parts.log.with({ target: parts.config.name });
    this.#parts = { ...parts, log: this.#log, signal: this.#stopping };
    this.#watched = { ...earlier };
    this.#state = {
      signal: this.#stopping,
      watched: () => this.#watched,
      update: (change) => this.#update(change),
    };
  }

  /** `delayMs`, less than a reading's interval, spreads many targets over their intervals. */
  start(delayMs: number): void {
    this.#phase = delayMs / this.#parts.config.reading.intervalMs;
    this.#loop = this.#watch(delayMs);
  }

  /** Cuts off what is under way and resolves to what a successor needs. */
  async stop(): Promise<Watched> {
    this.#stopping.abort();
    this.#asked.close();
    await this.#loop;
    this.#asked.refuseAll();
    if (this.#watched.unsavedFolds > 0) {
      await saveHistory(this.#state, this.#parts).catch((error: unknown) => {
        this.#log.error('history not saved; the saved profiles rebuild it', {
          error: messageOf(error),
        });
      });
    }
    return this.#watched;
  }

  /** The newest. */
  get reading(): Reading | undefined {
    return this.#watched.reading;
  }

  /** `earlier`: what is known of the time before this loop's own points. */
  status(earlier: (until: number) => readonly MemoryPoint[] = () => []): TargetStatus {
    return statusOf(this.#parts.config, this.#watched, { earlier, phase: this.#phase });
  }

  /** Has a round done now instead of when it is due, with a capture also where none is due. */
  act(deed: Deed): Promise<Done> {
    return this.#asked.ask(deed);
  }

  async #watch(delayMs: number): Promise<void> {
    const { clock, config } = this.#parts;
    const signal = this.#stopping;
    const startedAt = clock.now();
    if (this.#watched.trigger.watchedSince === undefined) await this.#recall();
    await this.#sleep(startedAt, delayMs);
    if (this.#watched.kinds === NOTHING_WATCHED) await this.#recallKinds();
    while (!signal.aborted) {
      const beganAt = clock.now();
      const asked = this.#asked.take();
      await this.#round(asked.captures).catch((error: unknown) => this.#reportBug(error));
      asked.answer(this.#watched);
      const backoff = Math.min(MAX_BACKOFF, 2 ** Math.max(0, this.#watched.failedReadings - 1));
      await this.#sleep(beganAt, config.reading.intervalMs * backoff);
    }
  }

  /** Where the clock was set back since then, for a reading's interval more at most. */
  #sleep(since: number, forMs: number): Promise<void> {
    const { clock, config } = this.#parts;
    const { intervalMs } = config.reading;
    const wakeAt = onBeat(since + forMs, intervalMs);
    const leftMs = Math.min(forMs + intervalMs, wakeAt - clock.now());
    return clock.sleep(Math.max(0, leftMs), this.#asked.signal);
  }

  async #round(captureAsked: boolean): Promise<void> {
    const { lanes } = this.#parts;
    const { failedReadings } = this.#watched;
    const observation = await lanes.reading(failedReadings > 0, () => this.#readMemory());
    if (this.#stopping.aborted) return;
    if (observation.kind === 'reading') await this.#watchKinds(observation.reading);
    this.#decide(observation);
    const { trigger, reading } = this.#watched;
    const isHeldBack = isBackingOff(this.#watched, this.#parts.clock.now());
    const isDue = trigger.decision.capture !== 'none' && !isHeldBack;
    const isAsked = captureAsked && observation.kind === 'reading';
    if (reading === undefined || !(isDue || isAsked)) return;
    if (!isDue) this.#happened('captured now, as somebody asked for');
    await lanes.capture(this.#watched.failedCaptures > 0, () =>
      captureAndJudge(this.#state, reading, this.#parts),
    );
  }

  /** At once, so that nothing else is told of it until its turn comes. */
  async #recall(): Promise<void> {
    this.#update(withRecalled(await this.#parts.recall()));
  }

  async #recallKinds(): Promise<void> {
    this.#update({ kinds: await this.#parts.keptKinds.restore() });
  }

  async #watchKinds(reading: Reading): Promise<void> {
    const { kinds, verdict } = this.#watched;
    const seen = { reading, heap: verdict, limitBytes: this.#limitBytes() };
    const known = await watchKinds(kinds, seen, this.#parts);
    this.#update({ kinds: known });
    this.#parts.keptKinds.keep(known);
  }

  async #readMemory(): Promise<Observation> {
    const { clock, metrics, config } = this.#parts;
    const at = clock.now();
    try {
      const read = await this.#parts.read(at, this.#stopping);
      const reading = withWhatItStartedWith(read, this.#watched.reading);
      this.#update({ reading, readingError: undefined, failedReadings: 0 });
      metrics.readingDone(config.name, 'success', (clock.now() - at) / 1000);
      metrics.targetMemory(config.name, reading);
      return { kind: 'reading', reading };
    } catch (error) {
      const why = messageOf(error);
      if (this.#stopping.aborted) return { kind: 'no_reading', at, why };
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
      phase: this.#phase,
    });
    this.#update({ trigger });
    this.#tellSilence(before.mode, atOf(observation));
    for (const each of happeningsOf(before, trigger, { ...config.capture, at: atOf(observation) }))
      this.#parts.happened(each);
    // What was foreseen of a target that nobody can read may long have come true, or never will.
    if (trigger.mode === 'blind') metrics.nothingForeseen(config.name);
    metrics.limit(config.name, this.#limitBytes());
    metrics.targetState(config.name, stateOf(this.#watched));
    const { capture, reason } = trigger.decision;
    const fields = { mode: trigger.mode, capture, reason };
    if (trigger.mode !== before.mode) this.#log.info('trigger changed', fields);
    else this.#log.debug('trigger decided', fields);
  }

  /** Before its story goes on, so that nothing is told meanwhile as if it were read. */
  #tellSilence(before: Trigger['mode'], at: number): void {
    const { mode } = this.#watched.trigger;
    const silence = silenceOf(this.#parts.config, this.#watched, at);
    if (silence !== undefined) this.#parts.unread(silence);
    else if (mode !== before && UNREAD.has(before)) this.#parts.unread(undefined);
  }

  #happened(reason: string): void {
    this.#parts.happened({ at: this.#parts.clock.now(), kind: 'decision', reason });
  }

  #limitBytes(): number | undefined {
    return limitOf(this.#parts.config, this.#watched);
  }

  #update(change: Partial<Watched>): void {
    Object.assign(this.#watched, change);
  }

  #reportBug(error: unknown): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.#log.error('a round failed; the next one goes on', { stack });
  }
}

/** In which a target may be told to give no readings, by an earlier process of heapwarden too. */
const UNREAD: ReadonlySet<Trigger['mode']> = new Set(['starting', 'blind']);

function atOf(observation: Observation): number {
  return observation.kind === 'reading' ? observation.reading.at : observation.at;
}
