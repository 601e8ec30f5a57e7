import type { Analyst } from './analysis/analyst.ts';
import type { Discovery } from './discovery/discovery.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Heartbeat } from './notify/heartbeat.ts';
import type { Illustrate } from './notify/illustration.ts';
import type { Teller } from './notify/teller.ts';
import type { Pictures } from './picture/pictures.ts';
import type { Clock } from './runtime/clock.ts';
import type { Log } from './runtime/log.ts';
import type { Store } from './store/store.ts';
import type { TargetRecords } from './store/target-records.ts';
import type { ReceiverLedger } from './web/receiver-ledger.ts';

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
  readonly discovery: Discovery;
  /** Those of messages: a thread of their own. */
  readonly pictures: Pictures;
}
