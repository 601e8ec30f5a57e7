import { isDeepStrictEqual } from 'node:util';
import type { Analyst } from './analysis/analyst.ts';
import type { Config, TargetConfig } from './config/config.ts';
import type { Incident, VerdictReport } from './incident/incident.ts';
import { forgetTargets, stepIncidents } from './incident/step.ts';
import type { Metrics } from './metrics/metrics.ts';
import { createChannels } from './notify/channels.ts';
import { channelNames } from './notify/channel-names.ts';
import type { Illustrate } from './notify/illustration.ts';
import type { Heartbeat } from './notify/heartbeat.ts';
import { rulesOf } from './notify/listeners.ts';
import type { MessageContext } from './notify/notification.ts';
import { readChecked } from './notify/read-checked.ts';
import { createSources } from './notify/sources.ts';
import type { Teller } from './notify/teller.ts';
import type { Pictures } from './picture/pictures.ts';
import type { Clock } from './runtime/clock.ts';
import type { Log } from './runtime/log.ts';
import { archiveOf } from './store/archive.ts';
import type { Store } from './store/store.ts';
import { captureHeap } from './target/capture.ts';
import { captureGoroutines, type GoroutineProfile } from './target/capture-goroutines.ts';
import { createHttpClient, type HttpClient } from './target/http-client.ts';
import { createReader } from './target/reader.ts';
import type { Watched } from './watched.ts';
import { Watcher } from './watcher.ts';
import { MemoryHistory } from './memory/memory-history.ts';
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
  /** Readings of each target over time, also from before a reload. */
  readonly memory: Map<string, MemoryHistory>;
  readonly illustrate: Illustrate;
  readonly heartbeat: Heartbeat;
  /** Those of messages: a thread of their own. */
  readonly pictures: Pictures;
}

/** Every target's loop under the configuration in force. */
export class Fleet {
  readonly #settings: DaemonSettings;
  readonly #parts: Parts;
  readonly #watchers = new Map<string, { watcher: Watcher; client: HttpClient }>();
  #config: Config;
  #configStatus: Omit<DaemonStatus['config'], 'effective' | 'file'>;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: DaemonSettings, parts: Parts, config: Config) {
    this.#settings = settings;
    this.#parts = parts;
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

  /** Readings of a target over time, also from before a reload. */
  memory(target: string): ReturnType<MemoryHistory['points']> {
    return this.#parts.memory.get(target)?.points() ?? [];
  }

  /** `undefined` where there is no such target. */
  async act(target: string, deed: Deed): Promise<Done | undefined> {
    return this.#watchers.get(target)?.watcher.act(deed);
  }

  statuses(): ReturnType<Dashboard['targets']> {
    return [...this.#watchers.values()].map(({ watcher }) => watcher.status());
  }

  has(target: string): boolean {
    return this.#watchers.has(target);
  }

  /** Starts a loop for each target, spread over its interval, with what an earlier loop of that name knew. */
  async watch(earlier: ReadonlyMap<string, Watched> = new Map()): Promise<void> {
    const { targets } = this.#config;
    for (const [index, target] of targets.entries()) {
      const client = createHttpClient(target.http);
      const watcher = new Watcher(this.#watcherParts(target, client), earlier.get(target.name));
      this.#watchers.set(target.name, { watcher, client });
      watcher.start((target.reading.intervalMs * index) / targets.length);
    }
    this.#settings.log.info('watching', { targets: targets.length });
  }

  async stop(): Promise<ReadonlyMap<string, Watched>> {
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
      await this.#apply((await readChecked(configFile, env)).config);
      this.#configStatus = { loadedAt: this.#settings.clock.now(), problem: undefined };
      metrics.configLoaded(true);
      log.info('configuration reloaded', { file: configFile });
      return { ok: true };
    } catch (error) {
      metrics.configLoaded(false);
      const problem = error instanceof Error ? error.message : String(error);
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
    this.#warnOfRestart(config);
    const left = await this.stop();
    this.#config = config;
    await teller.reconfigure(rulesOf(config), channels);
    await this.#parts.heartbeat.configure(config.heartbeat);
    sayChannels(this.#parts, config);
    const names = new Set(config.targets.map(({ name }) => name));
    for (const gone of [...left.keys()].filter((name) => !names.has(name))) {
      await analyst.forget(gone);
      metrics.forgetTarget(gone);
      this.#parts.memory.delete(gone);
    }
    const now = this.#settings.clock.now();
    await teller.report((incidents) => forgetTargets(incidents, names, now));
    await this.watch(left);
    sayIncidents(metrics, teller.incidents());
  }

  #warnOfRestart({ web, storage }: Config): void {
    const changed = [
      ...(isSameWeb(web, this.#config.web) ? [] : ['web']),
      ...(isDeepStrictEqual(storage, this.#config.storage) ? [] : ['storage']),
    ];
    if (changed.length === 0) return;
    this.#settings.log.warn('a change takes effect only after a restart', { changed });
  }

  #watcherParts(config: TargetConfig, client: HttpClient) {
    const { clock, log } = this.#settings;
    const { store, analyst, metrics } = this.#parts;
    const reader = createReader(client, config);
    const memory = this.#parts.memory.get(config.name) ?? new MemoryHistory();
    this.#parts.memory.set(config.name, memory);
    return {
      config,
      read: async (at: number, signal: AbortSignal) => {
        const reading = await reader.read(at, signal);
        memory.add(reading);
        return reading;
      },
      capture: (forceGc: boolean, signal: AbortSignal) =>
        captureHeap(client, config, { forceGc, signal }),
      goroutines: (profile: GoroutineProfile, signal: AbortSignal) =>
        captureGoroutines(client, config, { profile, signal }),
      analyst,
      archive: archiveOf(store, config.name),
      tell: (report: VerdictReport) => this.#tell(report),
      metrics,
      clock,
      log,
    };
  }

  async #tell(report: VerdictReport): Promise<void> {
    const { teller, store } = this.#parts;
    const revision = this.#watchers.get(report.target)?.watcher.status().reading?.revision;
    const scopeTargets = this.#config.targets.filter(
      (target) => scopeOf(target) === report.scope,
    ).length;
    await teller.report((incidents) =>
      stepIncidents(incidents, { ...report, scopeTargets, revision }),
    );
    sayIncidents(this.#parts.metrics, teller.incidents());
    if (report.kind !== undefined) return;
    await store.prune(pinnedBy(teller)).catch((error: unknown) => {
      this.#settings.log.error('profiles not pruned', { error: String(error) });
    });
  }
}

/** A fleet is the targets that share the label `service`; without it a target is one of its own. */
function scopeOf({ labels, name }: TargetConfig): string {
  return labels['service'] ?? name;
}

/** The profiles that open incidents point at: never pruned. */
function pinnedBy(teller: Teller): ReadonlySet<string> {
  const open = teller.incidents().filter(({ state }) => state !== 'resolved');
  const files = open.flatMap(({ sightings }) =>
    sightings.flatMap(({ target, profiles }) =>
      profiles === undefined
        ? []
        : [`${target}/${profiles.before.file}`, `${target}/${profiles.after.file}`],
    ),
  );
  return new Set(files);
}

export type MessageParts = Pick<Parts, 'store' | 'illustrate' | 'pictures'> & { readonly log: Log };

/** What messages need beyond the incident. */
export function messageContext(config: Config, { store, illustrate, pictures, log }: MessageParts) {
  const readProfile: MessageContext['readProfile'] = (target, file) =>
    store.readProfile(target, file);
  return {
    externalUrl:
      config.externalUrl ??
      `${config.web.tls === undefined ? 'http' : 'https'}://${config.web.host}:${config.web.port}`,
    readProfile,
    illustrate,
    ...createSources({ targets: config.targets, pictures, readProfile, log }),
    createHttpClient,
  };
}

export function sayChannels(
  { metrics, ledger }: Pick<Parts, 'metrics' | 'ledger'>,
  { receivers }: Config,
): void {
  for (const { name, channel } of receivers.flatMap((receiver) =>
    channelNames(receiver).map(({ channel }) => ({ name: receiver.name, channel })),
  )) {
    metrics.channelKnown(name, channel);
    ledger.know(name, channel);
  }
}

export function sayIncidents(metrics: Metrics, incidents: readonly Incident[]): void {
  const counts = { suspect: 0, leak: 0, resolved: 0 };
  for (const { state } of incidents) counts[state] += 1;
  metrics.incidents(counts);
}

function isSameWeb(web: Config['web'], other: Config['web']): boolean {
  const users = Object.entries(web.basicAuthUsers);
  return (
    isDeepStrictEqual(web, other) &&
    users.every(([name, hash]) => hash.isSameAs(other.basicAuthUsers[name]))
  );
}
