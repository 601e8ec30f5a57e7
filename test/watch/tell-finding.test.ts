import { expect } from 'chai';
import type { Suspect } from '../../src/growth/verdict.ts';
import type { TargetConfig } from '../../src/config/config.ts';
import type { VerdictReport } from '../../src/incident/incident.ts';
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

const SAVED = { file: 'saved.pb.gz', at: 1, bytes: 1 };
const EVIDENCE = { before: SAVED, after: SAVED };

/** What the metrics say of growth and of the limit after a finding with these suspects, and the report of it. */
async function told(suspects: readonly Suspect[]) {
  const reports: VerdictReport[] = [];
  const asked: (readonly number[])[] = [];
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
    { at: 7, outlook: (of) => ({ ...outlook(of), limitReachedAt: 5_000 }) },
    {
      config: CONFIG,
      archive: {
        evidence: async (...times) => {
          asked.push(times);
          return EVIDENCE;
        },
      },
      metrics,
      tell: async (report) => void reports.push(report),
    },
  );
  const { body } = await metrics.page();
  const lines = new TextDecoder()
    .decode(body)
    .split('\n')
    .filter((line) => /^heapwarden_(suspect|limit).*shop-1/.test(line));
  return { lines, reports, asked };
}

describe('tellFinding', () => {
  it('tells of the verdict with the profiles from before the growth and of now, where something grew', async () => {
    const grows = suspect('append < cache.Put', { since: 3 });
    const { reports, asked } = await told([grows]);
    expect(asked).to.deep.equal([[3, 7]]);
    expect(reports).to.have.length(1);
    expect(reports[0]).to.deep.include({
      target: 'shop-1',
      scope: 'shop-1',
      at: 7,
      suspects: [grows],
      freshInEpoch: 90,
      minProfiles: 24,
      newEpoch: false,
      profiles: EVIDENCE,
    });
    const quiet = await told([]);
    expect(quiet.asked).to.be.empty;
    expect(quiet.reports[0]?.profiles).to.equal(undefined);
  });

  it('foresees nothing from a function that stands still, and says no rate of it', async () => {
    const grows = suspect('append < cache.Put');
    const { lines } = await told([grows]);
    expect(lines).to.include('heapwarden_limit_reached_seconds{target="shop-1"} 5');
    expect(lines.join()).to.contain('cache.Put');
    const still = { ...grows, standstill: { since: 1, profiles: 12 } };
    expect((await told([still])).lines).to.be.empty;
  });
});
