import { resolve } from 'node:path';
import { startAnalyst } from './analysis/analyst.ts';
import type { Config } from './config/config.ts';
import { Discovery, type DiscoveryParts } from './discovery/discovery.ts';
import { systemLookup } from './discovery/dns-source.ts';
import { systemSurroundings } from './discovery/kubernetes/cluster.ts';
import { createListReader } from './discovery/list-reader.ts';
import { Fleet } from './fleet.ts';
import type { DaemonSettings, Parts } from './parts.ts';
import { messageContext } from './message-context.ts';
import { createMetrics } from './metrics/metrics.ts';
import { createChannels } from './notify/channels.ts';
import { createDesk } from './notify/desk.ts';
import { createIllustrator } from './notify/illustrate.ts';
import { Heartbeat } from './notify/heartbeat.ts';
import { rulesOf } from './notify/listeners.ts';
import { readUsers } from './config/users.ts';
import { createSources } from './notify/sources.ts';
import { readChecked } from './notify/read-checked.ts';
import { createTeller, type BookPersistence, type Teller } from './notify/teller.ts';
import { createPictures } from './picture/pictures.ts';
import {
  sayChannels,
  sayIncidents,
  sayLinks,
  sayWhatIsOwed,
  storageTrouble,
} from './say-standing.ts';
import type { Log } from './runtime/log.ts';
import { Releasers } from './runtime/shutdown.ts';
import { createHttpClient } from './target/http-client.ts';
import { openStore, type Store } from './store/store.ts';
import { TargetRecords } from './store/target-records.ts';
import { ReceiverLedger } from './web/receiver-ledger.ts';
import { startWeb, type WebOptions } from './web/server.ts';
import type { Dashboard } from './web/status.ts';

export interface Daemon {
  /** Where the web page listens. */
  readonly url: string;
  /** Applies the configuration file again, or keeps the last good one and says why. Never rejects. */
  reload(): ReturnType<Dashboard['reload']>;
  /** Stops everything, each part within a bound; never rejects. */
  stop(): Promise<void>;
}

/** A part that is not released within this is left behind. */
const RELEASE_BOUND_MS = 10_000;

/** Builds every part and starts it; a start that fails releases what it had begun. Rejects with `ConfigError` for a bad file. */
export async function startDaemon(settings: DaemonSettings): Promise<Daemon> {
  const releasers = new Releasers(settings.log);
  const stop = () => releasers.releaseAll(RELEASE_BOUND_MS);
  try {
    const { config } = await readChecked(settings.configFile, settings.env);
    const parts = await startParts(config, settings, releasers);
    const fleet = new Fleet(settings, parts, config);
    releasers.add('watchers', () => fleet.close());
    const options = await webOptions(config, settings);
    const web = await startWeb(options, dashboardOf(fleet, parts, settings), settings.log);
    releasers.add('web', () => web.close());
    sayLinks(config, settings.log);
    await fleet.start();
    return { url: web.url, reload: () => fleet.reload(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function webOptions(
  { web, externalUrl }: Config,
  { clock }: DaemonSettings,
): Promise<WebOptions> {
  const basicAuthUsers = await readUsers(web);
  return { host: web.host, port: web.port, tls: web.tls, basicAuthUsers, externalUrl, clock };
}

async function startParts(
  config: Config,
  { clock, log, version }: DaemonSettings,
  releasers: Releasers,
): Promise<Parts> {
  const store = await openStore(config.storage, log);
  releasers.add('store', () => store.close());
  const metrics = createMetrics({ version }, clock);
  metrics.configLoaded(true);
  const ledger = new ReceiverLedger(clock);
  const analyst = startAnalyst();
  releasers.add('analysis', () => analyst.close());
  const records = new TargetRecords(store, log);
  releasers.add('readings', () => records.saveAll(clock.now()));
  // A thread of their own, so that nobody who looks at the web page holds up those of a message.
  const pictures = createPictures({ threads: 1 });
  releasers.add('pictures', () => pictures.close());
  const illustrate = illustratorOf({ pictures, records, store }, log);
  const lists = createListReader();
  releasers.add('lists of targets', () => lists.close());
  const discovery = await startDiscovery({ store, metrics, clock, log, lists });
  const teller = createTeller(
    tellerParts(
      config,
      { clock, log },
      { store, metrics, ledger, illustrate, pictures, discovery },
    ),
  );
  await teller.start();
  sayWhatIsOwed(metrics, { teller, store });
  sayChannels({ metrics, ledger }, config);
  sayIncidents(metrics, teller.incidents());
  metrics.watchIncidents(() => teller.incidents());
  releasers.add('notifications', () => teller.close(RELEASE_BOUND_MS / 2));
  const heartbeat = createHeartbeat(teller, { clock, log, version });
  await heartbeat.configure(config.heartbeat);
  releasers.add('heartbeat', () => heartbeat.stop());
  return {
    store,
    metrics,
    analyst,
    teller,
    ledger,
    records,
    illustrate,
    pictures,
    heartbeat,
    discovery,
  };
}

function bookIn(store: Store): BookPersistence {
  return {
    file: store.documentFile('book'),
    load: () => store.readDocument('book'),
    save: (book) => store.writeDocument('book', book),
  };
}

function illustratorOf(
  { pictures, records, store }: Pick<Parts, 'pictures' | 'records' | 'store'>,
  log: Log,
): Parts['illustrate'] {
  return createIllustrator({
    pictures,
    memory: (target) => records.find(target)?.memory.points() ?? [],
    profiles: (target) => store.listProfiles(target),
    readProfile: (target, file) => store.readProfile(target, file),
    log,
  });
}

async function startDiscovery(
  parts: Omit<DiscoveryParts, 'createHttpClient' | 'lookup' | 'surroundings'>,
): Promise<Discovery> {
  const discovery = new Discovery({
    ...parts,
    createHttpClient,
    lookup: systemLookup(),
    surroundings: systemSurroundings(),
  });
  await discovery.restore();
  return discovery;
}

type TellerNeeds = Pick<
  Parts,
  'store' | 'metrics' | 'ledger' | 'illustrate' | 'pictures' | 'discovery'
>;

function tellerParts(
  config: Config,
  { clock, log }: Pick<DaemonSettings, 'clock' | 'log'>,
  { store, metrics, ledger, illustrate, pictures, discovery }: TellerNeeds,
): Parameters<typeof createTeller>[0] {
  return {
    persistence: bookIn(store),
    channels: createChannels(
      config.receivers,
      messageContext(config, { store, illustrate, pictures, discovery, log }),
    ),
    rules: rulesOf(config),
    clock,
    log,
    onOutcome: (receiver, channel, outcome) => {
      metrics.notificationDone(receiver, channel, outcome);
      ledger.note(receiver, channel, outcome);
    },
  };
}

/** While incidents cannot be saved nobody is told of them, so there is no sign of life either. */
function createHeartbeat(
  teller: Teller,
  { clock, log, version }: Pick<DaemonSettings, 'clock' | 'log' | 'version'>,
): Heartbeat {
  const pulse = () => {
    if (teller.trouble() !== undefined) return undefined;
    const { pending } = teller.outbox();
    const open = teller.incidents().filter(({ state }) => state !== 'resolved');
    const counts = { incidents: open.length, owed: pending.length };
    return { status: 'alive', version, at: clock.now(), ...counts };
  };
  return new Heartbeat({ createHttpClient, pulse, clock, log });
}

function dashboardOf(
  fleet: Fleet,
  parts: Parts,
  { clock, log, version }: DaemonSettings,
): Dashboard {
  const { store, teller, metrics, ledger } = parts;
  const startedAt = clock.now();
  return {
    targets: () => fleet.statuses(),
    target: (name) => fleet.status(name),
    incidents: () => teller.incidents(),
    outbox: () => teller.outbox(),
    sources: (pictures) => {
      const targets = () => fleet.targets();
      const readProfile = store.readProfile.bind(store);
      return createSources({ targets, pictures, readProfile, log });
    },
    desk: createDesk(teller, clock, () => fleet.targets()),
    profiles: async (target) => (fleet.has(target) ? store.listProfiles(target) : undefined),
    readProfile: async (target, file) =>
      fleet.has(target) ? store.readProfile(target, file) : undefined,
    memory: (target) => parts.records.find(target)?.memory.points() ?? [],
    happenings: (target) => parts.records.find(target)?.happenings ?? [],
    growth: (target, named) => fleet.growth(target, named),
    act: (target, deed) => fleet.act(target, deed),
    status: async () => {
      const config = fleet.config();
      const { path, maxBytes } = config.effective.storage;
      const storage = { path: resolve(path), bytes: store.profileBytes(), maxBytes };
      const discovery = parts.discovery.standings();
      return { version, startedAt, config, receivers: ledger.health(), storage, discovery };
    },
    ready: () => true,
    trouble: () => storageTrouble(parts),
    reload: () => fleet.reload(),
    metrics: () => metrics.page(),
  };
}
