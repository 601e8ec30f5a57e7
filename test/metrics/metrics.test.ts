import { execFileSync, spawnSync } from 'node:child_process';
import { expect } from 'chai';
import type { Context } from 'mocha';
import type { Suspect } from '../../src/growth/verdict.ts';
import type { Reading } from '../../src/memory/reading.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import type { Metrics } from '../../src/metrics/metrics.ts';

const NOW = 1_800_000_000_000;
const clock = { now: () => NOW, sleep: () => Promise.resolve() };

describe('Metrics', () => {
  it('names everything that happened to a target, with its units and without what is not known', async () => {
    const metrics = createMetrics({ version: '1.2.3' }, clock);
    metrics.readingDone('cart-1', 'success', 0.02);
    metrics.targetMemory('cart-1', reading({ rssBytes: 900, sysBytes: 800 }));
    metrics.limit('cart-1', 2048);
    metrics.targetCaptured('cart-1', false);
    metrics.targetState('cart-1', 'suspect');
    metrics.limitReached('cart-1', 'heap', NOW / 1_000 + 3_600);

    expect(await samples(metrics, /cart-1/)).to.deep.equal([
      'heapwarden_target_up{target="cart-1"} 1',
      'heapwarden_target_captured{target="cart-1"} 0',
      'heapwarden_target_state{target="cart-1",state="insufficient"} 0',
      'heapwarden_target_state{target="cart-1",state="quiet"} 0',
      'heapwarden_target_state{target="cart-1",state="growing"} 0',
      'heapwarden_target_state{target="cart-1",state="suspect"} 1',
      'heapwarden_target_state{target="cart-1",state="leak"} 0',
      'heapwarden_target_state{target="cart-1",state="blind"} 0',
      'heapwarden_target_memory_limit_bytes{target="cart-1"} 2048',
      'heapwarden_target_memory_bytes{target="cart-1",kind="rss"} 900',
      'heapwarden_target_memory_bytes{target="cart-1",kind="go_total"} 700',
      'heapwarden_target_memory_bytes{target="cart-1",kind="heap_inuse"} 400',
      'heapwarden_target_memory_bytes{target="cart-1",kind="heap_alloc"} 300',
      'heapwarden_target_memory_bytes{target="cart-1",kind="heap_released"} 100',
      'heapwarden_limit_reached_seconds{target="cart-1"} 3600',
    ]);
  });

  it('forgets every series of a target that is watched no more, and of no other', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    for (const target of ['gone', 'kept']) sayEverything(metrics, target);
    const kept = await samples(metrics, /kept/);

    metrics.forgetTarget('gone');

    expect(await samples(metrics, /gone/)).to.deep.equal([]);
    expect(await samples(metrics, /kept/)).to.deep.equal(kept).and.not.empty;
  });

  it('shows the three strongest suspects of a target, and drops those that are none any more', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    metrics.suspects('t', 'heap', [suspect('a.A'), suspect('b.B'), suspect('c.C'), suspect('d.D')]);
    expect(await samples(metrics, /suspect_growth/)).to.have.length(3);

    metrics.suspects('t', 'heap', [suspect('b.B')]);

    expect(await samples(metrics, /suspect_growth/)).to.deep.equal([
      'heapwarden_suspect_growth_bytes_per_hour{target="t",function="b.B"} 1000',
    ]);
  });

  it('shows what grows beside the heap too, as a sum where both grow at one function', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    metrics.suspects('t', 'heap', [suspect('a.A'), suspect('b.B')]);
    metrics.suspects('t', 'kinds', [suspect('b.B'), suspect('memory outside the Go heap')]);
    const shown = (name: string, perHour: number) =>
      `heapwarden_suspect_growth_bytes_per_hour{target="t",function="${name}"} ${perHour}`;
    expect(await samples(metrics, /suspect_growth/)).to.deep.equal([
      shown('a.A', 1000),
      shown('b.B', 2000),
      shown('memory outside the Go heap', 1000),
    ]);

    metrics.suspects('t', 'kinds', []);
    metrics.suspects('t', 'heap', [suspect('b.B')]);
    expect(await samples(metrics, /suspect_growth/)).to.deep.equal([shown('b.B', 1000)]);

    metrics.nothingForeseen('t');
    expect(await samples(metrics, /suspect_growth/)).to.deep.equal([]);
  });

  it('cuts a function name that would make an endless label, at a whole character', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    metrics.suspects('t', 'heap', [suspect('😀'.repeat(5_000))]);
    const [line = ''] = await samples(metrics, /suspect_growth/);
    const [, label = ''] = /function="(.*)"/.exec(line) ?? [];
    expect(Array.from(label)).to.have.length(200);
    expect(label).to.match(/^(😀)+…$/u);
  });

  it('takes away what is no longer so: the memory, the limit, the end in sight', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    sayEverything(metrics, 't');

    metrics.targetMemory('t', undefined);
    metrics.limit('t', undefined);
    metrics.limitReached('t', 'heap', undefined);

    expect(await samples(metrics, /target_memory|limit_reached/)).to.deep.equal([]);
  });

  it('counts down to the limit and stops at 0', async () => {
    let now = NOW;
    const metrics = createMetrics({ version: '1' }, { ...clock, now: () => now });
    metrics.limitReached('t', 'heap', NOW / 1_000 + 60);
    const left = () => samples(metrics, /limit_reached/);

    now += 20_000;
    expect(await left()).to.deep.equal(['heapwarden_limit_reached_seconds{target="t"} 40']);
    now += 100_000;
    expect(await left()).to.deep.equal(['heapwarden_limit_reached_seconds{target="t"} 0']);
  });

  it('shows the earlier end of what the heap and the other kinds of growth foresee', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    const left = async () => (await samples(metrics, /limit_reached/)).join('').replace(/.* /, '');
    const heap = NOW / 1_000 + 900;
    metrics.limitReached('t', 'heap', heap);
    metrics.limitReached('t', 'kinds', heap - 600);
    expect(await left()).to.equal('300');
    metrics.limitReached('t', 'kinds', undefined);
    expect(await left()).to.equal('900');
    metrics.limitReached('t', 'kinds', heap - 600);
    metrics.limitReached('t', 'heap', undefined);
    expect(await left()).to.equal('300');
    metrics.nothingForeseen('t');
    expect(await left()).to.equal('');
  });

  it('lets other work have its turn between the gauges of a large fleet', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    for (let target = 0; target < 500; target++) sayEverything(metrics, `t-${target}`);
    let turns = 0;
    const page = metrics.page().then(() => (turns = -turns));
    while (turns >= 0) {
      turns += 1;
      await new Promise(setImmediate);
    }
    await page;
    expect(-turns).to.be.at.least(7);
  });

  it('counts work by outcome, from 0 before anything happened', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    metrics.channelKnown('oncall', 'email_configs[0]');
    metrics.readingDone('t', 'failure', 1);
    metrics.captureDone('success', 0.2, 5_000);
    metrics.captureDone('refused', 0.2);
    metrics.notificationDone('oncall', 'email_configs[0]', 'sent');
    metrics.profileStale();

    expect(await samples(metrics, /_total|_size_bytes_count/)).to.include.members([
      'heapwarden_readings_total{outcome="success"} 0',
      'heapwarden_readings_total{outcome="failure"} 1',
      'heapwarden_captures_total{outcome="success"} 1',
      'heapwarden_captures_total{outcome="failure"} 0',
      'heapwarden_captures_total{outcome="refused"} 1',
      'heapwarden_capture_size_bytes_count 1',
      'heapwarden_profiles_stale_total 1',
      'heapwarden_notifications_total{receiver="oncall",channel="email_configs[0]",outcome="sent"} 1',
      'heapwarden_notifications_total{receiver="oncall",channel="email_configs[0]",outcome="retry"} 0',
      'heapwarden_notifications_total{receiver="oncall",channel="email_configs[0]",outcome="refused"} 0',
    ]);
  });

  it('shows the incidents of each state, from 0', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    const incidents = () => samples(metrics, /incidents/);
    expect(await incidents()).to.have.length(3);

    metrics.incidents({ suspect: 2, leak: 1, resolved: 5 });

    expect(await incidents()).to.deep.equal([
      'heapwarden_incidents{state="suspect"} 2',
      'heapwarden_incidents{state="leak"} 1',
      'heapwarden_incidents{state="resolved"} 5',
    ]);
  });

  it('asks the outbox at each scrape what it owes and since when', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    expect(await samples(metrics, /outbox/)).to.deep.equal([
      'heapwarden_outbox_pending 0',
      'heapwarden_outbox_oldest_seconds 0',
    ]);

    metrics.watchOutbox(() => ({ pending: 3, oldestAt: NOW - 90_000, isSaved: false }));

    expect(await samples(metrics, /outbox|storage/)).to.deep.equal([
      'heapwarden_outbox_pending 3',
      'heapwarden_outbox_oldest_seconds 90',
      'heapwarden_storage_last_write_successful 0',
    ]);
  });

  it('keeps the time of the last good configuration when a later one is refused', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    metrics.configLoaded(true);
    metrics.configLoaded(false);
    expect(await samples(metrics, /config_last/)).to.deep.equal([
      'heapwarden_config_last_reload_successful 0',
      'heapwarden_config_last_reload_success_timestamp_seconds 1800000000',
    ]);
  });

  it('shows the process by the usual names, and the build', async () => {
    const lines = await samples(createMetrics({ version: '1.2.3' }, clock), /./);
    expect(lines).to.include(
      `heapwarden_build_info{version="1.2.3",nodeversion="${process.version}"} 1`,
    );
    expect(lines.some((line) => line.startsWith('process_resident_memory_bytes '))).to.equal(true);
  });

  it('says how many histories are open and packed, and what the packed ones take', async () => {
    const metrics = createMetrics({ version: '1' }, clock);
    metrics.historiesHeld({ open: 2, packed: 1, packedBytes: 300 });
    expect(await samples(metrics, /_histories/)).to.deep.equal([
      'heapwarden_histories{state="open"} 2',
      'heapwarden_histories{state="packed"} 1',
      'heapwarden_histories_packed_bytes 300',
    ]);
  });

  it('gives promtool nothing to complain about, whatever the labels hold', async function () {
    needPromtool(this);
    const metrics = createMetrics({ version: '1' }, clock);
    metrics.channelKnown('on"call\\', 'webhook_configs[0]');
    metrics.notificationDone('on"call\\', 'webhook_configs[0]', 'retry');
    metrics.captureDone('success', 0.2, 5_000);
    metrics.decodeDone(0.01);
    metrics.historiesHeld({ open: 1, packed: 1, packedBytes: 100 });
    metrics.configLoaded(true);
    for (const target of ['plain', 'new\nline "quoted" \\ <b>']) sayEverything(metrics, target);
    const { body } = await metrics.page();

    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body });

    expect({ status, said: `${stdout.toString()}${stderr.toString()}` }).to.deep.equal({
      status: 0,
      said: '',
    });
  });
});

function needPromtool(test: Context): void {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
  } catch (cause) {
    if (process.env['HEAPWARDEN_REQUIRE_GO'] === '1') {
      throw new Error('promtool is required here', { cause });
    }
    console.log('      skipped: needs promtool on the path');
    test.skip();
  }
}

function sayEverything(metrics: Metrics, target: string): void {
  metrics.readingDone(target, 'success', 0.02);
  metrics.targetMemory(target, reading({ rssBytes: 900, sysBytes: 800 }));
  metrics.limit(target, 2048);
  metrics.targetCaptured(target, true);
  metrics.targetState(target, 'leak');
  metrics.suspects(target, 'heap', [suspect('main.(*Cache[go.shape.string]).Put')]);
  metrics.limitReached(target, 'heap', NOW / 1_000 + 3_600);
  metrics.targetLabels(target, { service: 'cart', [`of_${target.length}`]: target });
}

/** The lines of the page that are samples of the daemon or the process and match. */
async function samples(metrics: Metrics, pattern: RegExp): Promise<string[]> {
  const { body } = await metrics.page();
  return Buffer.from(body)
    .toString()
    .split('\n')
    .filter((line) => /^(heapwarden|process)_/.test(line))
    .filter((line) => pattern.test(line));
}

function reading(told: Partial<Reading>): Reading {
  return {
    at: NOW,
    source: 'metrics',
    heapInuseBytes: 400,
    heapAllocBytes: 300,
    heapIdleBytes: undefined,
    heapReleasedBytes: 100,
    stackInuseBytes: undefined,
    profilerBytes: undefined,
    sysBytes: undefined,
    nextGcBytes: undefined,
    rssBytes: undefined,
    limitBytes: undefined,
    goroutines: undefined,
    gcCount: undefined,
    startedAt: undefined,
    goVersion: undefined,
    ...told,
  };
}

function suspect(name: string): Suspect {
  const place = { function: name, file: 'f.go', line: 1 };
  return {
    ...place,
    allocator: place,
    stack: [name],
    inuseBytes: 1,
    growthBytes: 1,
    growthBytesPerHour: 1_000,
    growthBytesPerHourLow: 900,
    growthBytesPerHourHigh: 1_100,
    share: 1,
    survival: 1,
    samples: 10,
    z: 9,
    since: NOW,
  };
}
