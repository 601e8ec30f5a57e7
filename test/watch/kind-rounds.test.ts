import { expect } from 'chai';
import type { Analyst } from '../../src/analysis/analyst.ts';
import type { TargetConfig } from '../../src/config/config.ts';
import type { VerdictReport } from '../../src/incident/incident.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { createLog } from '../../src/runtime/log.ts';
import { Stop } from '../../src/runtime/stop-signal.ts';
import { watchKinds } from '../../src/watch/kind-rounds.ts';
import { NOTHING_WATCHED } from '../../src/watch/kind-watch.ts';
import { httpConfig } from '../support/http-config.ts';
import { HOUR, MIB, MINUTE, readingOf } from '../support/readings.ts';
import { JUDGING } from './judging.ts';

const CONFIG: TargetConfig = {
  name: 'thumbs',
  url: 'http://127.0.0.1:1',
  labels: {},
  memoryLimitBytes: undefined,
  ownPackages: [],
  http: httpConfig(),
  reading: { source: 'metrics', intervalMs: MINUTE, timeoutMs: MINUTE },
  trigger: { above: { kind: 'bytes', bytes: 1 }, growthBytesPerHour: 1 },
  ...JUDGING,
};

const analyst: Pick<Analyst, 'goroutines'> = {
  goroutines: async () => ({ kind: 'goroutines', look: { total: 10, groups: [] } }),
};

interface Circumstances {
  readonly setBy?: (minute: number) => number;
  readonly everyMs?: number;
  readonly limitOf?: (minute: number) => number;
}

/** What the metrics tell of the growth and of the limit, and the last reports, after a reading of each minute. */
async function after(
  minutes: readonly { readonly rss: number; readonly startedAt: number }[],
  { setBy = () => 0, everyMs = MINUTE, limitOf = () => 2_048 * MIB }: Circumstances = {},
) {
  const happened: string[] = [];
  const toldAt: number[] = [];
  let now = 0;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const metrics = createMetrics({ version: 'test' }, clock);
  let told: VerdictReport[] = [];
  let kinds = NOTHING_WATCHED;
  for (const [minute, { rss, startedAt }] of minutes.entries()) {
    now = minute * everyMs + setBy(minute);
    told = [];
    const reading = {
      ...readingOf({ at: now, bytes: 100 * MIB }),
      sysBytes: 120 * MIB,
      heapReleasedBytes: 0,
      rssBytes: rss,
      startedAt,
    };
    kinds = await watchKinds(
      kinds,
      { reading, heap: undefined, limitBytes: limitOf(minute) },
      {
        config: CONFIG,
        goroutines: () => Promise.resolve(undefined),
        analyst,
        concerns: () => true,
        tell: async (report) => {
          told.push(report);
          if (report.kind === 'off_heap') toldAt.push(now);
        },
        happened: ({ reason }) => void happened.push(reason),
        metrics,
        clock,
        log: createLog('silent'),
        signal: new Stop(),
      },
    );
  }
  const page = new TextDecoder().decode((await metrics.page()).body);
  const [, left] = /^heapwarden_limit_reached_seconds\{target="thumbs"\} (.*)$/m.exec(page) ?? [];
  const [, perHour] =
    /^heapwarden_suspect_growth_bytes_per_hour\{.*function="memory outside the Go heap"\} (.*)$/m.exec(
      page,
    ) ?? [];
  return { left: numberIn(left), perHour: numberIn(perHour), told, now, happened, toldAt };
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

describe('what the metrics tell and foresee of growth outside of the heap', () => {
  const growing = (minute: number) => ({ rss: (130 + 5 * minute) * MIB, startedAt: 1 });
  const grown = Array.from({ length: 120 }, (_, minute) => growing(minute));

  it('is what its report tells', async () => {
    const { left, perHour, told, now } = await after(grown);
    const report = told.find(({ kind }) => kind === 'off_heap');
    expect(report?.state).to.be.oneOf(['suspect', 'leak']);
    const end = report?.outlook(report.suspects[0]!).limitReachedAt ?? NaN;
    expect(left).to.be.closeTo((end - now) / 1_000, 0.001);
    // All the room there is, of which no garbage takes a part.
    expect((left ?? NaN) / 3_600).to.be.closeTo((2_048 - 725) / 300, 0.3);
    expect(perHour).to.equal(report?.suspects[0]?.growthBytesPerHour);
    expect(perHour).to.be.closeTo(300 * MIB, 30 * MIB);
  });

  it('is told as often as profiles come, its turns once each, and a restart once', async () => {
    const anew = { rss: 130 * MIB, startedAt: 119 * MINUTE };
    const quarters = Array.from({ length: 4 * 120 }, (_, i) => growing(i / 4));
    const { toldAt, happened } = await after(quarters, { everyMs: MINUTE / 4 });
    const gaps = toldAt.slice(1).map((at, i) => at - toldAt[i]!);
    expect(Math.min(...gaps)).to.equal(MINUTE);
    expect(happened.map((each) => each.split(': ').slice(0, 2).join(': '))).to.deep.equal([
      'memory outside the Go heap: growing → suspect',
      'memory outside the Go heap: suspect → leak',
    ]);
    const restarted = (await after([...grown, anew])).told;
    expect(restarted.map(({ newEpoch }) => newEpoch)).to.include(true);
    const ever = Array.from({ length: 30 }, (_, i) => ({ ...anew, rss: (130 + i) * MIB }));
    const later = (await after([...grown, ...ever])).told;
    expect(later.map(({ newEpoch }) => newEpoch))
      .to.include(false)
      .and.not.include(true);
  });

  it('is a leak where the limit comes sooner than it could be confirmed, and stays one', async () => {
    const limitOf = (minute: number) => (minute < 100 ? 2_048 : 8_192) * MIB;
    const { told, happened } = await after(grown, { limitOf });
    const report = told.find(({ kind }) => kind === 'off_heap');
    expect(report?.state).to.equal('leak');
    expect(report?.reason).to.match(/ the limit was to be reached too soon to wait for more$/);
    expect(happened).to.have.length(2);
    expect(happened[1]).to.match(/suspect → leak: .*; the limit may be reached within 5h\d+m, /);
    const far = await after(grown, { limitOf: () => 8_192 * MIB });
    expect(far.told.find(({ kind }) => kind === 'off_heap')?.state).to.equal('suspect');
  });

  it('is told as often as ever, and is true, after the clock was set back', async () => {
    const setBy = (minute: number) => (minute < 90 ? 1_000 * HOUR : 0);
    const { left, told } = await after(grown, { setBy });
    expect(told.map(({ kind }) => kind)).to.include('off_heap');
    expect(left).to.be.closeTo((await after(grown)).left ?? NaN, 600);
  });

  it('goes with the process, and once it grows no more', async () => {
    const anew = { rss: 130 * MIB, startedAt: 119 * MINUTE };
    const flat = Array.from({ length: 240 }, () => growing(119));
    for (const over of [[anew], flat]) {
      const { left, perHour } = await after([...grown, ...over]);
      expect({ left, perHour }).to.deep.equal({ left: undefined, perHour: undefined });
    }
  });
});
