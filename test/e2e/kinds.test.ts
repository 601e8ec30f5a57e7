import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { PileUp } from '../../src/goroutine/pile-up.ts';
import type { GrowthShare } from '../../src/kind/kind-verdict.ts';
import type { RunningDaemon } from '../support/daemon.ts';
import { hasCCompiler, leakProfileEnv, needGo } from '../support/go.ts';
import { World, freshOf, incidentsOf, untilStatus } from '../support/e2e.ts';
import { until } from '../support/until.ts';

/** What is wanted here of an alert in a webhook's body. */
interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly leak: {
    readonly kind: string;
    readonly reason: string;
    readonly shares?: readonly GrowthShare[];
    readonly goroutines?: PileUp;
  };
}

const ASK = 'example.com/kinds/internal/ask';

describe('the daemon, with services that grow in other ways than by the heap', function () {
  this.timeout(300_000);
  let world: World;
  let daemon: RunningDaemon;
  let hasC: boolean;
  /** Whether every program serves what the runtime proves, as from Go 1.27 on. */
  let provesAll: boolean;
  /** The target whose goroutines the runtime proves to be leaked. */
  let proven: string | undefined;
  let targets: Readonly<Record<string, string>>;

  before(async function () {
    await needGo(this);
    hasC = await hasCCompiler();
    world = await World.begin();
    const run = (mode: string, env = {}) => world.program('kinds', ['-mode', mode], env);
    const proving = await leakProfileEnv();
    provesAll = proving !== undefined && Object.keys(proving).length === 0;
    proven = provesAll ? 'send' : proving && 'proven';
    const running = {
      send: await run('send'),
      wait: await run('wait'),
      ...(proven === 'proven' ? { proven: await run('send', proving) } : {}),
      mmap: await run('mmap'),
      burst: await run('burst'),
      pool: await run('pool'),
      ...(hasC ? { cgo: await run('cgo', { CGO_ENABLED: '1' }) } : {}),
    };
    const urls = Object.entries(running).map(([name, { url }]) => [name, url] as const);
    targets = Object.fromEntries(urls);
    daemon = await world.daemon(targets);
  });

  after(() => world?.end());

  const alertOf = (target: string) =>
    until(`an alert of ${target}`, 120_000, async () => {
      const isOf = ({ labels }: { labels: Alert['labels'] }) => labels['target'] === target;
      const told = world.webhooks.alerts().find(({ alert }) => isOf(alert));
      if (told === undefined) return undefined;
      const body = JSON.parse(await readFile(told.file, 'utf8')) as { alerts: Alert[] };
      return body.alerts.find(isOf);
    });

  it('names where goroutines block for good, and what started them', async () => {
    const { leak, annotations, labels } = await alertOf('send');
    expect(labels).to.include({ kind: 'goroutine', function: `${ASK}.First.func1` });
    expect(leak).to.include({ kind: 'goroutine' });
    expect(leak.goroutines).to.deep.include({
      state: 'chan send',
      createdIn: `${ASK}.First`,
      isProven: provesAll,
    });
    expect(leak.goroutines?.startedBy.function).to.equal(`${ASK}.First.func1`);
    expect(annotations['description']).to.match(
      /\d+ goroutines block in \S+First\.func1 \(…\/ask\/ask\.go:13; chan send\)/,
    );
  });

  it('follows the groups of goroutines from look to look', async () => {
    const { kinds } = await untilStatus(
      daemon,
      'send',
      (status) => (status.kinds?.goroutines?.groups?.length ?? 0) > 0,
    );
    const [group] = kinds?.goroutines?.groups ?? [];
    expect(group?.blockedIn.function).to.equal(`${ASK}.First.func1`);
    expect(group?.count).to.be.above(group?.was ?? Infinity);
    expect(kinds?.goroutines?.groupsSince).to.be.above(0);
    const page = await (await fetch(`${daemon.url}/targets/send`)).text();
    expect(page)
      .to.match(/>At first</)
      .and.to.contain(' at the first look, started by ');
  });

  it('names those that wait for a context and a timer', async () => {
    const { leak, labels } = await alertOf('wait');
    expect(labels).to.include({ kind: 'goroutine', function: `${ASK}.await` });
    expect(leak.goroutines).to.include({ state: 'select', isProven: false });
  });

  it('calls it a leak where the runtime proves that nothing can wake them', async function () {
    if (proven === undefined) return this.skip();
    const { leak, labels } = await alertOf(proven);
    expect(labels).to.include({ kind: 'goroutine', severity: 'critical' });
    expect(leak.goroutines).to.include({ isProven: true });
    expect(leak.reason).to.contain('the runtime has proved that nothing can wake them');
  });

  it('tells memory outside of the heap as such, and names no function for it', async () => {
    const { leak, labels, annotations } = await alertOf('mmap');
    expect(labels).to.include({ kind: 'off_heap', function: 'memory outside the Go heap' });
    expect(leak.shares?.[0]?.kind).to.equal('off_heap');
    expect(annotations['summary']).to.contain('of memory outside of Go');
  });

  it('tells what C allocated as memory outside of the heap', async function () {
    if (!hasC) {
      console.log('      skipped: needs a C compiler');
      return this.skip();
    }
    const { leak, labels } = await alertOf('cgo');
    expect(labels).to.include({ kind: 'off_heap', function: 'memory outside the Go heap' });
    expect(leak.shares?.[0]?.kind).to.equal('off_heap');
    expect(leak.shares?.[0]?.share).to.be.above(0.8);
  });

  it('says nothing of idle memory after a burst, and of a pool that was resized', async () => {
    for (const name of ['burst', 'pool']) {
      const { kinds } = await untilStatus(daemon, name, (status) => freshOf(status) >= 40);
      for (const { state } of kinds?.alarms ?? []) {
        expect(state, kinds?.reason).to.be.oneOf(['quiet', 'growing']);
      }
    }
    const told = (await incidentsOf(daemon)).flatMap(({ sightings }) =>
      sightings.map(({ target }) => target),
    );
    expect(told).to.not.include('burst').and.to.not.include('pool');
  });

  it('tells in the story of each how the verdict came about', async () => {
    await alertOf('wait');
    const incident = (await incidentsOf(daemon)).find(({ scope }) => scope === 'wait');
    const verdicts = (incident?.events ?? []).filter(({ kind }) => kind === 'verdict');
    expect(verdicts.map(({ reason }) => reason).join('\n')).to.match(
      /^wait: goroutines: (insufficient|quiet|growing) → suspect: /m,
    );
  });

  it('tells each of them once', async () => {
    if (hasC) await alertOf('cgo');
    const incidents = await incidentsOf(daemon);
    const names = incidents.map(({ scope, kind }) => `${scope} ${kind}`);
    expect(names.toSorted()).to.deep.equal([
      ...(hasC ? ['cgo off_heap'] : []),
      'mmap off_heap',
      ...(proven === 'proven' ? ['proven goroutine'] : []),
      'send goroutine',
      'wait goroutine',
    ]);
  });

  it('still knows what grew after it was killed, from the first reading on', async () => {
    await alertOf('mmap');
    await daemon.stop('SIGKILL');
    daemon = await world.daemon(targets);
    const { kinds } = await untilStatus(daemon, 'mmap', (status) => status.kinds !== undefined);
    const state = kinds?.alarms.find(({ kind }) => kind === 'off_heap')?.state;
    expect(state, kinds?.reason).to.equal('suspect');
  });
});
