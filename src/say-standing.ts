import type { Config } from './config/config.ts';
import { linkTrouble } from './config/warnings.ts';
import type { Incident } from './incident/incident.ts';
import type { Metrics } from './metrics/metrics.ts';
import { channelNames } from './notify/channel-names.ts';
import type { Teller } from './notify/teller.ts';
import type { Log } from './runtime/log.ts';
import type { Store } from './store/store.ts';
import type { ReceiverLedger } from './web/receiver-ledger.ts';

/** Tells metrics and ledger of channels that were never used too. */
export function sayChannels(
  { metrics, ledger }: { readonly metrics: Metrics; readonly ledger: ReceiverLedger },
  { receivers }: Config,
): void {
  for (const { name, channel } of receivers.flatMap((receiver) =>
    channelNames(receiver).map(({ channel }) => ({ name: receiver.name, channel })),
  )) {
    metrics.channelKnown(name, channel);
    ledger.know(name, channel);
  }
}

/** As `check-config` does: who started it so may not have asked that. */
export function sayLinks(config: Config, log: Log): void {
  const reason = linkTrouble(config);
  if (reason !== undefined) log.warn('global.external_url missing', { reason });
}

export function sayIncidents(metrics: Metrics, incidents: readonly Incident[]): void {
  const counts = { suspect: 0, leak: 0, resolved: 0 };
  for (const { state } of incidents) counts[state] += 1;
  metrics.incidents(counts);
}

export function sayWhatIsOwed(metrics: Metrics, { teller, store }: Savers): void {
  metrics.watchOutbox(() => {
    const { pending } = teller.outbox();
    const oldestAt = pending.reduce<number | undefined>(
      (oldest, { createdAt, revivedAt = createdAt }) => Math.min(oldest ?? revivedAt, revivedAt),
      undefined,
    );
    return {
      pending: pending.length,
      oldestAt,
      isSaved: storageTrouble({ teller, store }) === undefined,
    };
  });
}

interface Savers {
  readonly teller: Pick<Teller, 'outbox' | 'trouble'>;
  readonly store: Pick<Store, 'trouble'>;
}

/** All that the disk refuses now, in words; `undefined` where it takes everything. */
export function storageTrouble({ teller, store }: Savers): string | undefined {
  const incidents = teller.trouble();
  const untold =
    incidents && `incidents cannot be saved, and nothing is told until they can: ${incidents}`;
  const problems = [untold, store.trouble()].filter((problem) => problem !== undefined);
  return problems.length === 0 ? undefined : problems.join('; ');
}
