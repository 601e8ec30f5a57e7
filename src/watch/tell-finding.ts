import type { TargetConfig } from '../config/config.ts';
import type { Finding } from '../growth/verdict.ts';
import type { VerdictReport } from '../incident/incident.ts';
import type { OutlookOf } from '../incident/outlook.ts';
import { scopeOf } from '../incident/scope.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Archive } from '../store/archive.ts';

interface TellParts {
  readonly config: TargetConfig;
  readonly archive: Pick<Archive, 'evidence'>;
  readonly metrics: Metrics;
  readonly tell: (report: VerdictReport) => Promise<void>;
}

/** Says what a heap profile brought, to the metrics and to the incidents. */
export async function tellFinding(
  { verdict, profile }: Finding,
  { outlook, at }: { readonly outlook: OutlookOf; readonly at: number },
  { archive, config, metrics, tell }: TellParts,
): Promise<void> {
  const [first] = verdict.suspects;
  const growing = verdict.suspects.filter(({ standstill }) => standstill === undefined);
  const endsAt = growing[0] && outlook(growing[0]).limitReachedAt;
  metrics.suspects(config.name, 'heap', growing);
  metrics.limitReached(config.name, 'heap', endsAt === undefined ? undefined : endsAt / 1000);
  await tell({
    target: config.name,
    scope: scopeOf(config),
    labels: config.labels,
    at,
    state: verdict.state,
    reason: verdict.reason,
    suspects: verdict.suspects,
    followed: verdict.followed,
    freshInEpoch: verdict.freshInEpoch,
    minProfiles: config.detection.minProfiles,
    newEpoch: profile.newEpoch,
    outlook,
    profiles: first && (await archive.evidence(first.since, at)),
  });
}
