import type { Analyst } from './analysis/analyst.ts';
import type { Config } from './config/config.ts';
import { withHappening } from './incident/happening.ts';
import type { Incident, VerdictReport } from './incident/incident.ts';
import { scopeOf } from './incident/scope.ts';
import { concerns, forgetTargets, stepIncidents, type Concern } from './incident/step.ts';
import { memoryUsed } from './memory/memory-history.ts';
import type { MemoryPoint } from './memory/recent.ts';
import type { Happening } from './memory/target-record.ts';
import { messageContext } from './message-context.ts';
import type { Metrics } from './metrics/metrics.ts';
import { createChannels } from './notify/channels.ts';
import type { Illustrate } from './notify/illustration.ts';
import type { Heartbeat } from './notify/heartbeat.ts';
import { rulesOf } from './notify/listeners.ts';
import { neededProfiles } from './notify/needed-profiles.ts';
import { readChecked } from './notify/read-checked.ts';
import type { Teller } from './notify/teller.ts';
import type { Pictures } from './picture/pictures.ts';
import type { Clock } from './runtime/clock.ts';
import type { Log } from './runtime/log.ts';
import { messageOf } from './runtime/message-of.ts';
import { settingsForRestart, type StartedWith } from './restart-settings.ts';
import { sayChannels, sayIncidents } from './say-standing.ts';
import type { Store } from './store/store.ts';
import type { TargetRecords } from './store/target-records.ts';
import { createHttpClient, type HttpClient } from './target/http-client.ts';
import { Lanes } from './watch/lanes.ts';
import type { Watched } from './watch/watched.ts';
import { watcherParts } from './watch/watcher-parts.ts';
import { Watcher } from './watcher.ts';
import type { ReceiverLedger } from './web/receiver-ledger.ts';
import type { DaemonStatus, Dashboard, Deed, Done } from './web/status.ts';

/** What a daemon is started with. */
export interface DaemonSettings {
  readonly configFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** What all targets share. */
export interface Parts {
  readonly store: Store;
  readonly analyst: Analyst;
  readonly teller: Teller;
  readonly metrics: Metrics;
  readonly ledger: ReceiverLedger;
  /** Readings of each target over time, also from before a restart. */
  readonly records: TargetRecords;
  readonly illustrate: Illustrate;
  readonly heartbeat: Heartbeat;
  /** Those of messages: a thread of their own. */
  readonly pictures: Pictures;
}

/** As many as there are colours for. */
const SHOWN_FUNCTIONS = 4;
/** What the picture of a target's recent memory spans. */
const SHOWN_MS = 3_600_000;

/** Every target's loop under the configuration in force. */
export class Fleet {
  readonly #settings: DaemonSettings;
  readonly #parts: Parts;
  readonly #watchers = new Map<string, { watcher: Watcher; client: HttpClient }>();
  readonly #lanes = new Lanes();
  readonly #startedWith: StartedWith;
  #config: Config;
  #configStatus: Omit<DaemonStatus['config'], 'effective' | 'file'>;
  #turn: Promise<unknown> = Promise.resolve();
  /** Nothing begins any more, not even where a reload is under way. */
  #isClosing = false;

  constructor(settings: DaemonSettings, parts: Parts, config: Config) {
    this.#settings = settings;
    this.#parts = parts;
    this.#startedWith = config;
    this.#config = config;
    this.#configStatus = { loadedAt: settings.clock.now(), problem: undefined };
  }

  /** The configuration in force, and what a reload was refused for since. */
  config(): DaemonStatus['config'] {
    return {
      file: this.#settings.configFile,
      ...this.#configStatus,
      effective: this.#config,
    };
  }

  /** `undefined` where there is no such target. */
  async act(target: string, deed: Deed): Promise<Done | undefined> {
    return this.#watchers.get(target)?.watcher.act(deed);
  }

  statuses(): ReturnType<Dashboard['targets']> {
    return [...this.#watchers.keys()].flatMap((name) => this.status(name) ?? []);
  }

  status(name: string): ReturnType<Dashboard['target']> {
    const since = this.#settings.clock.now() - SHOWN_MS;
    return this.#watchers.get(name)?.watcher.status((until) => this.#past(name, { since, until }));
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
    return this.#watchers.has(target);
  }

  /** Starts a loop for each target, spread over its interval, with what an earlier loop of that name knew. */
  async watch(earlier: ReadonlyMap<string, Watched> = new Map()): Promise<void> {
    if (this.#isClosing) return;
    const { targets } = this.#config;
    const around = {
      ...this.#parts,
      ...this.#settings,
      lanes: this.#lanes,
      concerns: (concern: Concern) => concerns(this.#parts.teller.incidents(), concern),
      tell: (report: VerdictReport) => this.#tell(report),
      happened: (target: string, happening: Happening) => this.#happened(target, happening),
    };
    for (const [index, target] of targets.entries()) {
      const client = createHttpClient(target.http);
      const parts = watcherParts(target, client, around);
      const watcher = new Watcher(parts, earlier.get(target.name));
      this.#watchers.set(target.name, { watcher, client });
      watcher.start((target.reading.intervalMs * index) / targets.length);
    }
    this.#settings.log.info('watching', { targets: targets.length });
  }

  /** Stops every loop for good; a reload that is under way ends without beginning any. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#stop();
  }

  async #stop(): Promise<ReadonlyMap<string, Watched>> {
    const running = [...this.#watchers];
    this.#watchers.clear();
    const watched = await Promise.all(
      running.map(async ([name, { watcher, client }]) => {
        const left = await watcher.stop();
        await client.close();
        return [name, left] as const;
      }),
    );
    return new Map(watched);
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
    const { teller, analyst, metrics } = this.#parts;
    const channels = createChannels(
      config.receivers,
      messageContext(config, {
        ...this.#parts,
        log: this.#settings.log,
      }),
    );
    const left = await this.#stop();
    this.#config = config;
    await teller.reconfigure(rulesOf(config), channels);
    if (this.#isClosing) throw new Error('given up, since heapwarden stops');
    await this.#parts.heartbeat.configure(config.heartbeat);
    sayChannels(this.#parts, config);
    const names = new Set(config.targets.map(({ name }) => name));
    const now = this.#settings.clock.now();
    for (const gone of [...left.keys()].filter((name) => !names.has(name))) {
      await analyst.forget(gone);
      metrics.forgetTarget(gone);
      await this.#parts.records.forget(gone, now);
    }
    await teller.report((incidents) => forgetTargets(incidents, names, now));
    await this.watch(left);
    sayIncidents(metrics, teller.incidents());
  }

  #happened(target: string, happening: Happening): void {
    const step = (incidents: readonly Incident[]) => ({
      incidents: withHappening(incidents, target, happening),
      changes: [],
    });
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
    const revision = this.#watchers.get(report.target)?.watcher.reading?.revision;
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
