import type { Analyst } from '../analysis/analyst.ts';
import type { TargetConfig } from '../config/config.ts';
import { functionsFollowed } from '../incident/followed.ts';
import type { VerdictReport } from '../incident/incident.ts';
import type { Silence } from '../incident/unread.ts';
import type { Happening, TargetRecord } from '../memory/target-record.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { Teller } from '../notify/teller.ts';
import type { Lanes } from './lanes.ts';
import { recall } from './recall.ts';
import { restoreKinds, saveKinds } from './saved-kinds.ts';
import { archiveOf } from '../store/archive.ts';
import type { Store } from '../store/store.ts';
import type { TargetRecords } from '../store/target-records.ts';
import { captureHeap } from '../target/capture.ts';
import { captureGoroutines } from '../target/capture-goroutines.ts';
import type { HttpClient } from '../target/http-client.ts';
import { createReader } from '../target/reader.ts';
import type { WatcherParts } from '../watcher.ts';

export interface Surroundings {
  readonly store: Store;
  readonly records: TargetRecords;
  readonly analyst: Analyst;
  readonly lanes: Lanes;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly concerns: WatcherParts['concerns'];
  readonly teller: Pick<Teller, 'incidents'>;
  readonly tell: (report: VerdictReport) => Promise<void>;
  /** Beside what the record keeps of it. */
  readonly happened: (target: string, happening: Happening) => void;
  readonly unread: (target: string, silence: Silence | undefined) => void;
}

/** What the loop of one target works with: its requests, and its record that is kept beside. */
export function watcherParts(
  config: TargetConfig,
  client: HttpClient,
  around: Surroundings,
): WatcherParts {
  const { store, records, clock } = around;
  const { name } = config;
  const reader = createReader(client, config);
  const archive = archiveOf(store, name);
  const restored = records.restore(name);
  const happened = (happening: Happening): void => {
    records.find(name)?.note(happening);
    around.happened(name, happening);
  };
  const ran: WatcherParts['ran'] = (build, at) => {
    const change = records.find(name)?.ran(build);
    if (change !== undefined) happened({ at, kind: 'deployed', reason: change });
  };
  return {
    ...sharedOf(around),
    followed: () => functionsFollowed(around.teller.incidents(), name),
    config,
    happened,
    unread: (silence) => around.unread(name, silence),
    recall: async () => recall(name, await restored, around.teller.incidents()),
    ran,
    keptKinds: kindsIn(records, restored, config),
    read: async (at, signal) => {
      const record = await restored;
      const reading = await reader.read(at, signal);
      record.memory.add(reading);
      // No other source tells it.
      if (reading.source === 'metrics') record.limitBytes = reading.limitBytes;
      ran(reading.revision, at);
      void records.saveWhenDue(name, at);
      return reading;
    },
    ...profilesOf(config, client, around.lanes),
    archive: {
      ...archive,
      save: async (profile) => {
        const saved = await archive.save(profile);
        void records.save(name, clock.now());
        return saved;
      },
    },
  };
}

function sharedOf({ analyst, lanes, metrics, clock, log, concerns, tell }: Surroundings) {
  return { analyst, lanes, metrics, clock, log, concerns, tell };
}

function profilesOf(
  config: TargetConfig,
  client: HttpClient,
  lanes: Lanes,
): Pick<WatcherParts, 'capture' | 'goroutines'> {
  return {
    capture: (forceGc, signal) => captureHeap(client, config, { forceGc, signal }),
    goroutines: (profile, signal) =>
      lanes.capture(false, () => captureGoroutines(client, config, { profile, signal })),
  };
}

function kindsIn(
  records: TargetRecords,
  restored: Promise<TargetRecord>,
  config: TargetConfig,
): WatcherParts['keptKinds'] {
  return {
    restore: async () => restoreKinds((await restored).kinds, config),
    keep: (kinds) => {
      const record = records.find(config.name);
      if (record !== undefined) record.kinds = { toJSON: () => saveKinds(kinds) };
    },
  };
}
