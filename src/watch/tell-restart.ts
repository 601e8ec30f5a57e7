import type { TargetConfig } from '../config/config.ts';
import type { VerdictReport } from '../incident/incident.ts';
import { outlookAt } from '../incident/outlook.ts';
import { scopeOf } from '../incident/scope.ts';
import { GROWTH_KINDS } from '../memory/growth-kind.ts';
import type { Reading } from '../memory/reading.ts';
import type { Metrics } from '../metrics/metrics.ts';

interface TellParts {
  readonly config: TargetConfig;
  readonly metrics: Metrics;
  readonly tell: (report: VerdictReport) => Promise<void>;
}

/**
 * Says that readings are of another process, before there is a profile of it: what was told of the
 * former one, whatever grew in it, is no longer what is.
 */
export async function tellRestart(
  { reading, limitBytes }: { readonly reading: Reading; readonly limitBytes: number | undefined },
  { config, metrics, tell }: TellParts,
): Promise<void> {
  const { name, labels, detection } = config;
  metrics.nothingForeseen(name);
  for (const kind of GROWTH_KINDS) {
    await tell({
      kind,
      target: name,
      scope: scopeOf(config),
      labels,
      at: reading.at,
      state: 'insufficient',
      reason: 'no profile of the running process yet',
      suspects: [],
      freshInEpoch: 0,
      minProfiles: detection.minProfiles,
      newEpoch: true,
      outlook: outlookAt({ at: reading.at, reading, limitBytes }),
      profiles: undefined,
    });
  }
}
