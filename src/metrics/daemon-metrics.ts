import type { IncidentState } from '../incident/incident.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Instruments } from './instruments.ts';

export interface OutboxDepth {
  readonly pending: number;
  /** When the oldest notification owed was created, Unix milliseconds; `undefined` when none is. */
  readonly oldestAt: number | undefined;
  /** Whether the disk took the last write of everything: incidents, what is owed, profiles, readings. */
  readonly isSaved: boolean;
}

const NOTHING_OWED: OutboxDepth = { pending: 0, oldestAt: undefined, isSaved: true };

/** How the daemon itself stands. */
export function daemonMetrics(make: Instruments, clock: Clock) {
  const incidents = make.gauge('incidents', 'Incidents that the daemon knows, by state.', [
    'state',
  ]);
  const sayIncidents = (counts: Readonly<Record<IncidentState, number>>): void => {
    for (const [state, count] of Object.entries(counts)) incidents.set({ state }, count);
  };
  sayIncidents({ suspect: 0, leak: 0, resolved: 0 });
  return {
    incidents: sayIncidents,
    ...outboxMetrics(make, clock),
    ...configMetrics(make, clock),
    ...discoveryMetrics(make),
  };
}

function outboxMetrics(make: Instruments, clock: Clock) {
  const pending = make.gauge('outbox_pending', 'Notifications owed and not yet handed over.');
  const oldest = make.gauge(
    'outbox_oldest_seconds',
    'Age of the oldest notification owed; 0 when none is.',
  );
  const saved = make.gauge(
    'storage_last_write_successful',
    'Whether the disk took the last writes of incidents, profiles and readings (1) or refused one (0); no incident is told that is not saved.',
  );
  let readDepth = (): OutboxDepth => NOTHING_OWED;
  make.beforeScrape(() => {
    const depth = readDepth();
    const now = clock.now();
    pending.set(depth.pending);
    saved.set(depth.isSaved ? 1 : 0);
    oldest.set(Math.max(0, now - (depth.oldestAt ?? now)) / 1_000);
  });
  return {
    /** The outbox is asked at each scrape. */
    watchOutbox: (read: () => OutboxDepth): void => {
      readDepth = read;
    },
  };
}

function configMetrics(make: Instruments, clock: Clock) {
  const successful = make.gauge(
    'config_last_reload_successful',
    'Whether the last attempt to load the configuration succeeded (1) or was refused (0).',
  );
  const successTime = make.gauge(
    'config_last_reload_success_timestamp_seconds',
    'When the configuration was last loaded successfully, Unix time.',
  );
  return {
    /** Also for the first load. */
    configLoaded: (ok: boolean): void => {
      successful.set(ok ? 1 : 0);
      if (ok) successTime.set(clock.now() / 1_000);
    },
  };
}

function discoveryMetrics(make: Instruments) {
  const targets = make.gauge(
    'discovered_targets',
    'Targets that the lists of a group of discovery make, and that were listed in the last minutes.',
    ['group'],
  );
  const failures = make.counter(
    'discovery_refresh_failures_total',
    'Lists of targets that were not read, so that the last one stays, by group.',
    ['group'],
  );
  const unread = make.gauge(
    'discovery_unread_lists',
    'Lists of a group of discovery that could not be read, or not all of it, when it was tried last.',
    ['group'],
  );
  return {
    discovered: (group: string, count: number): void => {
      targets.set({ group }, count);
      failures.inc({ group }, 0);
    },
    unreadLists: (group: string, count: number): void => unread.set({ group }, count),
    discoveryFailed: (group: string): void => failures.inc({ group }),
    forgetGroup: (group: string): void => {
      targets.remove({ group });
      failures.remove({ group });
      unread.remove({ group });
    },
  };
}

export function sayBuild(make: Instruments, version: string): void {
  const info = make.gauge('build_info', 'Always 1; what is running, in its labels.', [
    'version',
    'nodeversion',
  ]);
  info.set({ version, nodeversion: process.version }, 1);
}
