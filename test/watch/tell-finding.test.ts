import { expect } from 'chai';
import type { Suspect } from '../../src/growth/verdict.ts';
import type { TargetConfig } from '../../src/config/config.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { tellFinding } from '../../src/watch/tell-finding.ts';
import { outlook, suspect } from '../incident/report.ts';
import { httpConfig } from '../support/http-config.ts';
import { MINUTE } from '../support/readings.ts';
import { JUDGING } from './judging.ts';

const CONFIG: TargetConfig = {
  name: 'shop-1',
  url: 'http://127.0.0.1:1',
  labels: {},
  memoryLimitBytes: undefined,
  ownPackages: [],
  http: httpConfig(),
  reading: { source: 'metrics', intervalMs: MINUTE, timeoutMs: MINUTE },
  trigger: { above: { kind: 'bytes', bytes: 1 }, growthBytesPerHour: 1 },
  ...JUDGING,
};

const CLOCK = { now: () => 0, sleep: () => Promise.resolve() };

/** What the metrics say of growth and of the limit after a finding with these suspects. */
async function metricsOf(suspects: readonly Suspect[]): Promise<readonly string[]> {
  const metrics = createMetrics({ version: 'test' }, CLOCK);
  const counts = { profiles: 90, fresh: 90, epochs: 1, freshInEpoch: 90 };
  await tellFinding(
    {
      verdict: { state: 'growing', reason: 'it grew', tests: [], suspects, ...counts },
      profile: {
        timeMs: 0,
        fresh: true,
        newEpoch: false,
        inuseBytes: 1,
        stacks: 1,
        buildId: '',
      },
    },
    { at: 0, outlook: (of) => ({ ...outlook(of), limitReachedAt: 5_000 }) },
    {
      config: CONFIG,
      archive: { evidence: async () => undefined },
      metrics,
      tell: async () => undefined,
    },
  );
  const { body } = await metrics.page();
  return new TextDecoder()
    .decode(body)
    .split('\n')
    .filter((line) => /^heapwarden_(suspect|limit).*shop-1/.test(line));
}

describe('tellFinding', () => {
  it('foresees nothing from a function that stands still, and says no rate of it', async () => {
    const grows = suspect('append < cache.Put');
    expect((await metricsOf([grows])).join())
      .to.contain('cache.Put')
      .and.contain('limit_reached');
    const still = { ...grows, standstill: { since: 1, profiles: 12 } };
    expect(await metricsOf([still])).to.be.empty;
  });
});
