import type { Config, TargetConfig } from './config/config.ts';
import { forgetGone } from './forget-gone.ts';
import { withHappening } from './incident/happening.ts';
import type { Incident, VerdictReport } from './incident/incident.ts';
import { presentIn, scopeOf } from './incident/scope.ts';
import { concerns, stepIncidents, type Concern } from './incident/step.ts';
import { withSilence, type Silence } from './incident/unread.ts';
import { memoryUsed } from './memory/memory-history.ts';
import type { MemoryPoint } from './memory/recent.ts';
import type { Happening } from './memory/target-record.ts';
import { messageContext } from './message-context.ts';
import { createChannels } from './notify/channels.ts';
import { rulesOf } from './notify/listeners.ts';
import { neededProfiles } from './notify/needed-profiles.ts';
import { readChecked } from './notify/read-checked.ts';
import { messageOf } from './runtime/message-of.ts';
import { settingsForRestart, type StartedWith } from './restart-settings.ts';
import type { DaemonSettings, Parts } from './parts.ts';
import { sayChannels, sayIncidents } from './say-standing.ts';
import { Lanes } from './watch/lanes.ts';
import { Loops } from './watch/loops.ts';
import type { Watched } from './watch/watched.ts';
import type { DaemonStatus, Dashboard, Deed, Done } from './web/status.ts';

/** As many as there are colours for. */
const SHOWN_FUNCTIONS = 4;
const NOT_LISTED = 'the target is no longer listed';
const NOT_CONFIGURED = 'the target is no longer configured';
/** What the picture of a target's recent memory spans. */
const SHOWN_MS = 3_600_000;

/** Every target's loop under the configuration in force. */
export class Fleet {
  readonly #settings: DaemonSettings;
  readonly #parts: Parts;
  readonly #loops = new Loops();
  readonly #lanes = new Lanes();
  readonly #startedWith: StartedWith;
  /** As the file says. */
  #file: Config;
  /** The same, with the targets that were discovered. */
  #config: Config;
  #configStatus: Omit<DaemonStatus['config'], 'effective' | 'file'>;
  #turn: Promise<unknown> = Promise.resolve();
  #isFollowDue = false;
  /** Of targets that are not there: the file says so after a reload, and lists later. */
  #goneBecause = NOT_LISTED;
  /** Nothing begins any more, not even where a reload is under way. */
  #isClosing = false;

  constructor(settings: DaemonSettings, parts: Parts, config: Config) {
    this.#settings = settings;
    this.#parts = parts;
    this.#startedWith = config;
    this.#file = config;
    this.#config = config;
    this.#configStatus = { loadedAt: settings.clock.now(), problem: undefined };
  }

  /** The configuration in force, and what a reload was refused for since. */
  config(): DaemonStatus['config'] {
    return {
      file: this.#settings.configFile,
      ...this.#configStatus,
      effective: this.#file,
    };
  }

  /** As they are watched, those that were discovered too. */
  targets(): readonly TargetConfig[] {
    return this.#config.targets;
  }

  /** `undefined` where there is no such target. */
  async act(target: string, deed: Deed): Promise<Done | undefined> {
    return this.#loops.find(target)?.act(deed);
  }

  statuses(): ReturnType<Dashboard['targets']> {
    return this.#loops.names().flatMap((name) => this.status(name) ?? []);
  }

  status(name: string): ReturnType<Dashboard['target']> {
    const since = this.#settings.clock.now() - SHOWN_MS;
    return this.#loops.find(name)?.status((until) => this.#past(name, { since, until }));
  }

  /** A loop knows nothing from before its process or the daemon was started anew; the record does. */
  #past(
    target: string,
    { since, until }: { readonly since: number; readonly until: number },
  ): readonly MemoryPoint[] {
    if (until <= since) return [];
    const past = this.#parts.records.find(target)?.memory.points(since) ?? [];
    return past
      .filter(({ at }) => at < until)
      .map((point) => ({ at: point.at, bytes: memoryUsed(point) }));
  }

  /** The functions of a target that grew most, as its history tells; `undefined` where there is none. */
  async growth(target: string, named: readonly string[]) {
    const config = this.#config.targets.find(({ name }) => name === target);
    if (config === undefined) return undefined;
    const { ownPackages } = config;
    return this.#parts.analyst.growth(target, { named, ownPackages, count: SHOWN_FUNCTIONS });
  }

  has(target: string): boolean {
    return this.#loops.has(target);
  }

  /** Finds the targets, starts a loop for each, and follows those that come and go. */
  async start(): Promise<void> {
    const started = this.#turn.then(() => this.#start());
    this.#turn = started.catch(() => undefined);
    await started;
  }

  async #start(): Promise<void> {
    await this.#discover();
    await this.#watch(new Map());
    // Where there are lists, the last of them to be read has it done.
    if (this.#parts.discovery.isSure()) this.#goneBecause = NOT_CONFIGURED;
    await this.#forget([]);
  }

  /** The targets of the file, with what the lists said last. */
  async #discover(): Promise<void> {
    const { targets, discovery = [] } = this.#file;
    const taken = new Set(targets.map(({ name }) => name));
    await this.#parts.discovery.configure(discovery, taken, () => this.#followSoon());
    this.#config = { ...this.#file, targets: this.#targets() };
  }

  /** Starts a loop for each target, spread over its interval, with what an earlier loop of that name knew. */
  async #watch(earlier: ReadonlyMap<string, Watched>): Promise<void> {
    if (this.#isClosing) return;
    await this.#begin(this.#config.targets, earlier);
    if (this.#isClosing) return;
    this.#settings.log.info('watching', { targets: this.#config.targets.length });
    this.#parts.discovery.start();
  }

  #begin(targets: readonly TargetConfig[], earlier: ReadonlyMap<string, Watched>): Promise<void> {
    const around = {
      ...this.#parts,
      ...this.#settings,
      lanes: this.#lanes,
      concerns: (concern: Concern) => concerns(this.#parts.teller.incidents(), concern),
      tell: (report: VerdictReport) => this.#tell(report),
      happened: (target: string, happening: Happening) =>
        this.#change((incidents) => withHappening(incidents, target, happening)),
      unread: (target: string, silence: Silence | undefined) =>
        this.#change((incidents) => withSilence(incidents, target, silence)),
    };
    for (const { name, labels } of targets) this.#parts.metrics.targetLabels(name, labels);
    return this.#loops.start(targets, around, earlier);
  }

  /** Once for all changes that come while something else is under way. */
  #followSoon(): void {
    if (this.#isFollowDue) return;
    this.#isFollowDue = true;
    this.#turn = this.#turn
      .then(() => this.#follow())
      .catch((error: unknown) => {
        this.#settings.log.error('discovered targets not followed', { error: messageOf(error) });
      });
  }

  /** Ends and begins the loops of targets that went, came or changed, and leaves the others alone. */
  async #follow(): Promise<void> {
    this.#isFollowDue = false;
    if (this.#isClosing) return;
    const targets = this.#targets();
    const { gone, changed, next } = this.#loops.against(targets);
    const left = await this.#loops.stop([...gone, ...changed]);
    if (this.#isClosing) return;
    this.#config = { ...this.#file, targets };
    await this.#begin(next, left);
    const counts = { new: next.length - changed.length, changed: changed.length };
    if (gone.length + next.length > 0)
      this.#settings.log.info('watching', {
        targets: targets.length,
        ...counts,
        gone: gone.length,
      });
    await this.#forget(gone);
    if (this.#parts.discovery.isSure()) this.#goneBecause = NOT_LISTED;
  }

  async #forget(gone: readonly string[]): Promise<void> {
    const { clock, log } = this.#settings;
    await forgetGone(gone, {
      parts: this.#parts,
      clock,
      log,
      reason: this.#goneBecause,
      // A list may be read in the meantime, though what is in it is followed only in its turn.
      present: () => presentIn(this.#targets()),
      isClosing: () => this.#isClosing,
    });
  }

  #targets(): readonly TargetConfig[] {
    return [...this.#file.targets, ...this.#parts.discovery.targets()];
  }

  /** Stops every loop for good; a reload that is under way ends without beginning any. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#parts.discovery.close();
    await this.#loops.close();
  }

  /** One reload at a time. */
  reload(): ReturnType<Dashboard['reload']> {
    const next = this.#turn.then(() => this.#reload());
    this.#turn = next;
    return next;
  }

  async #reload(): ReturnType<Dashboard['reload']> {
    const { log, configFile, env } = this.#settings;
    const { metrics } = this.#parts;
    try {
      const { config } = await readChecked(configFile, env);
      await this.#apply(config);
      this.#configStatus = { loadedAt: this.#settings.clock.now(), problem: undefined };
      metrics.configLoaded(true);
      const needRestart = settingsForRestart(config, this.#startedWith);
      log.info('configuration reloaded', { file: configFile });
      if (needRestart.length > 0) {
        log.warn('a change takes effect only after a restart', { changed: needRestart });
      }
      return { ok: true, needRestart };
    } catch (error) {
      metrics.configLoaded(false);
      const problem = messageOf(error);
      this.#configStatus = { ...this.#configStatus, problem };
      log.error('configuration refused; the last good one stays', { problem });
      return { ok: false, problem };
    }
  }

  async #apply(config: Config): Promise<void> {
    const { teller } = this.#parts;
    const channels = createChannels(
      config.receivers,
      messageContext(config, { ...this.#parts, log: this.#settings.log }),
    );
    const left = await this.#loops.stop();
    this.#file = config;
    await this.#discover();
    try {
      await teller.reconfigure(rulesOf(config), channels);
      if (this.#isClosing) throw new Error('given up, since heapwarden stops');
      await this.#parts.heartbeat.configure(config.heartbeat);
      sayChannels(this.#parts, config);
    } finally {
      // Whatever of the rest failed.
      await this.#watch(left);
    }
    this.#goneBecause = NOT_CONFIGURED;
    const names = new Set(this.#config.targets.map(({ name }) => name));
    await this.#forget([...left.keys()].filter((name) => !names.has(name)));
  }

  /** By what is worth no message of its own. */
  #change(change: (incidents: readonly Incident[]) => readonly Incident[]): void {
    const step = (all: readonly Incident[]) => ({ incidents: change(all), changes: [] });
    this.#parts.teller.report(step).catch((error: unknown) => {
      this.#settings.log.error('incidents were not told what happened', {
        error: messageOf(error),
      });
    });
  }

  async #tell(report: VerdictReport): Promise<void> {
    const { teller, store } = this.#parts;
    if (concerns(teller.incidents(), report)) await this.#step(report);
    if (report.kind !== undefined) return;
    await store.prune(neededProfiles(teller.book())).catch((error: unknown) => {
      this.#settings.log.error('profiles not pruned', { error: messageOf(error) });
    });
  }

  async #step(report: VerdictReport): Promise<void> {
    const { teller, records, metrics } = this.#parts;
    const revision = this.#loops.find(report.target)?.reading?.revision;
    const scopeTargets = this.#config.targets.filter(
      (target) => scopeOf(target) === report.scope,
    ).length;
    const happenings = records.find(report.target)?.happenings ?? [];
    await teller.report((incidents) =>
      stepIncidents(incidents, { ...report, scopeTargets, revision, happenings }),
    );
    sayIncidents(metrics, teller.incidents());
  }
}
