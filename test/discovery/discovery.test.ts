import { expect } from 'chai';
import type { DiscoveryGroup } from '../../src/config/discovery-config.ts';
import { Discovery } from '../../src/discovery/discovery.ts';
import { systemLookup } from '../../src/discovery/dns-source.ts';
import { HELD_MS } from '../../src/discovery/roster.ts';
import { readTargetList } from '../../src/discovery/target-list.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { createHttpClient } from '../../src/target/http-client.ts';
import { serve } from '../support/http-server.ts';
import { Resources } from '../support/resources.ts';
import { until } from '../support/until.ts';
import { silentLog } from '../web/values.ts';
import { groupOf } from './group-of.ts';

/** Time goes only where a test says so; each sleep ends when it is woken. */
class Alarm implements Clock {
  time = 1_000_000;
  #wakes: (() => void)[] = [];

  now(): number {
    return this.time;
  }

  sleep(_: number, signal: Parameters<Clock['sleep']>[1]): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      this.#wakes.push(resolve);
      signal.addEventListener('abort', resolve);
    });
  }

  /** Resolves when all that slept have gone to sleep again. */
  async ring(): Promise<void> {
    const wakes = this.#wakes;
    this.#wakes = [];
    for (const wake of wakes) wake();
    await until('asleep again', 5_000, () => this.#wakes.length >= wakes.length || undefined);
  }

  get sleepers(): number {
    return this.#wakes.length;
  }
}

describe('Discovery', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());

  async function world() {
    const answer = { status: 200, targets: ['a:1'] };
    const server = resources.add(
      await serve((_, response) => {
        response.writeHead(answer.status);
        response.end(JSON.stringify([{ targets: answer.targets }]));
      }),
    );
    const saved = new Map<string, unknown>();
    const clock = new Alarm();
    const metrics = createMetrics({ version: '0' }, clock);
    const group = { ...groupOf(`http_sd_configs: [{ url: '${server.url}/' }]`), files: [] };
    const changes = { count: 0 };
    const said: string[] = [];
    const say = (message: string): void => void said.push(message);
    const count = (): void => void changes.count++;
    const begin = async (groups: readonly DiscoveryGroup[] = [group], changed = count) => {
      const discovery = resources.add(
        new Discovery({
          createHttpClient,
          lookup: systemLookup(),
          lists: { read: async (text, format) => readTargetList(text, format) },
          surroundings: { env: {}, serviceAccount: '/nowhere' },
          store: {
            readDocument: (name) => Promise.resolve(saved.get(name)),
            writeDocument: (name, value) => Promise.resolve(void saved.set(name, value)),
          },
          metrics,
          clock,
          log: { ...silentLog, info: say, warn: say },
        }),
      );
      await discovery.restore();
      await discovery.configure(groups, new Set(), changed);
      return discovery;
    };
    return { answer, clock, metrics, begin, changes, saved, said, server };
  }

  const names = (discovery: Discovery) => discovery.targets().map(({ name }) => name);
  const isRead = (clock: Alarm) => until('read', 5_000, () => clock.sleepers > 0 || undefined);

  it('follows a list, and tells of a change once', async () => {
    const { answer, clock, begin, changes, metrics } = await world();
    const discovery = await begin();
    expect(names(discovery)).to.deep.equal([]);
    discovery.start();
    await isRead(clock);
    expect(names(discovery)).to.deep.equal(['a-1']);
    await clock.ring();
    expect(changes.count).to.equal(1);
    answer.targets = ['b:1'];
    await clock.ring();
    expect(names(discovery)).to.have.members(['a-1', 'b-1']);
    clock.time += HELD_MS;
    await clock.ring();
    expect(names(discovery)).to.deep.equal(['b-1']);
    expect(changes.count).to.equal(3);
    const { body } = await metrics.page();
    expect(Buffer.from(body).toString()).to.contain(
      'heapwarden_discovered_targets{group="shop"} 1',
    );
  });

  it('says once that a list cannot be read, and that it is read again', async () => {
    const { answer, clock, begin, said } = await world();
    (await begin()).start();
    await isRead(clock);
    expect(said).to.deep.equal([]);
    answer.status = 500;
    await clock.ring();
    await clock.ring();
    answer.status = 200;
    await clock.ring();
    await clock.ring();
    expect(said).to.deep.equal([
      'list of targets not read; the last one stays',
      'list of targets read again',
    ]);
  });

  it('goes on with the last list where it cannot be read, over a restart too', async () => {
    const { answer, clock, begin, metrics } = await world();
    const first = await begin();
    first.start();
    await isRead(clock);
    answer.status = 500;
    clock.time += 2 * HELD_MS;
    await clock.ring();
    expect(names(first)).to.deep.equal(['a-1']);
    expect(first.standings()[0]).to.include({
      source: 'shop/http_sd_configs[0]',
      found: 1,
      isRead: false,
    });
    expect(first.standings()[0]?.problem).to.contain('500');
    const { body } = await metrics.page();
    expect(Buffer.from(body).toString()) //
      .to.contain('heapwarden_discovery_refresh_failures_total{group="shop"} 1')
      .and.contain('heapwarden_discovery_unread_lists{group="shop"} 1');
    await first.close();
    const second = await begin();
    expect(names(second)).to.deep.equal(['a-1']);
    second.start();
    await clock.ring();
    expect(names(second)).to.deep.equal(['a-1']);
  });

  it('forgets the lists and targets of a group that is no longer configured', async () => {
    const { clock, begin, metrics, saved } = await world();
    const discovery = await begin();
    discovery.start();
    await isRead(clock);
    await discovery.configure([], new Set(), () => undefined);
    expect(names(discovery)).to.deep.equal([]);
    const { body } = await metrics.page();
    expect(Buffer.from(body).toString()).not.to.contain('group="shop"');
    expect(saved.get('discovered')).to.have.keys('shop/http_sd_configs[0]');
    expect(names(await begin([]))).to.deep.equal([]);
  });

  it('is sure of who is gone once each list was read, or failed where it is known', async () => {
    const { answer, clock, begin, changes } = await world();
    answer.status = 500;
    const first = await begin();
    first.start();
    await isRead(clock);
    expect(first.isSure()).to.equal(false);
    answer.status = 200;
    answer.targets = [];
    await clock.ring();
    expect(first.isSure()).to.equal(true);
    expect(changes.count).to.equal(1);
    answer.targets = ['a:1'];
    await clock.ring();
    await first.close();
    answer.status = 500;
    const second = await begin();
    expect(second.isSure()).to.equal(false);
    second.start();
    await clock.ring();
    expect(second.isSure()).to.equal(true);
    expect(changes.count).to.equal(3);
    expect((await begin([])).isSure()).to.equal(true);
  });

  it('waits no longer for a list that nobody knows than a target is held', async () => {
    const { answer, clock, begin, changes } = await world();
    answer.status = 500;
    const discovery = await begin();
    discovery.start();
    await isRead(clock);
    clock.time += HELD_MS;
    await clock.ring();
    expect(discovery.isSure()).to.equal(true);
    expect(changes.count).to.equal(1);
  });

  it('saves nothing and tells of nothing where a list has only another order', async () => {
    const { answer, clock, begin, changes, saved } = await world();
    answer.targets = ['a:1', 'b:1'];
    const discovery = await begin();
    discovery.start();
    await isRead(clock);
    saved.clear();
    answer.targets = ['b:1', 'a:1'];
    await clock.ring();
    expect(saved).to.have.length(0);
    answer.targets = ['b:1', 'b:1'];
    clock.time += 60_000;
    await clock.ring();
    expect(saved).to.have.keys('discovered', 'discovered-held');
    expect(changes.count).to.equal(1);
  });

  it('saves nothing of what a rule drops', async () => {
    const { answer, begin, clock, saved, server } = await world();
    answer.targets = ['a:1', 'b:1'];
    const rules = `http_sd_configs: [{ url: '${server.url}/' }],
      relabel_configs: [{ action: drop, source_labels: [__address__], regex: 'a:1' }]`;
    const discovery = await begin([{ ...groupOf(rules), files: [] }]);
    discovery.start();
    await isRead(clock);
    expect(names(discovery)).to.deep.equal(['b-1']);
    expect(discovery.standings()[0]).to.include({ found: 2, targets: 1, isRead: true });
    expect(saved.get('discovered')).to.deep.equal({
      'shop/http_sd_configs[0]': [{ __address__: 'b:1' }],
    });
  });

  it('saves what changes all the time once a minute, and at its end', async () => {
    const { answer, clock, begin, saved } = await world();
    const discovery = await begin();
    discovery.start();
    await isRead(clock);
    expect(JSON.stringify(saved.get('discovered'))).to.contain('a:1');
    for (const target of ['b:1', 'c:1', 'd:1']) {
      answer.targets = [target];
      clock.time += 20_000;
      await clock.ring();
      expect(JSON.stringify(saved.get('discovered'))).to.contain(target === 'd:1' ? 'd:1' : 'a:1');
    }
    answer.targets = ['e:1'];
    await clock.ring();
    expect(JSON.stringify(saved.get('discovered'))).to.contain('d:1');
    await discovery.close();
    expect(JSON.stringify(saved.get('discovered'))).to.contain('e:1');
  });

  it('tells of a target that has the name of one in a group before it', async () => {
    const { answer, clock, begin, server } = await world();
    answer.targets = ['a:1', 'b:1'];
    const other = await serve((_, response) =>
      response.end('[{"targets":["b:1"]},{"targets":["c:1"],"labels":{"__target__":"a-1"}}]'),
    );
    resources.add(other);
    const groups = [0, 1].map((index) => ({
      ...groupOf(`http_sd_configs: [{ url: '${(index === 0 ? server : other).url}/' }]`),
      name: `g${index}`,
      files: [],
    }));
    const discovery = await begin(groups);
    discovery.start();
    await until('read', 5_000, () => clock.sleepers > 1 || undefined);
    expect(names(discovery)).to.have.members(['a-1', 'b-1']);
    const [first, second] = discovery.standings();
    expect(first?.problem).to.equal(undefined);
    expect(second?.problem).to.contain('http://c:1: the name of another target, seen "a-1"');
  });

  it('reads on where a round of it fails for a defect', async () => {
    const { clock, begin, answer } = await world();
    let fails = true;
    const discovery = await begin(undefined, () => {
      if (fails) throw new Error('a defect');
    });
    discovery.start();
    await isRead(clock);
    fails = false;
    answer.targets = ['b:1'];
    await clock.ring();
    expect(names(discovery)).to.have.members(['a-1', 'b-1']);
  });

  it('holds a target that is no longer listed over a restart, and no longer than without one', async () => {
    const { answer, clock, begin } = await world();
    answer.targets = ['a:1', 'b:1'];
    const first = await begin();
    first.start();
    await isRead(clock);
    answer.targets = ['b:1'];
    await clock.ring();
    await first.close();
    clock.time += HELD_MS - 1;
    const second = await begin();
    expect(names(second)).to.have.members(['a-1', 'b-1']);
    clock.time += 1;
    second.start();
    await clock.ring();
    expect(names(second)).to.deep.equal(['b-1']);
    expect(names(await begin())).to.deep.equal(['b-1']);
    expect(names(await begin([{ ...groupOf(''), name: 'constructor' }]))).to.deep.equal([]);
  });

  it('begins without what was saved where that is broken', async () => {
    const { saved, begin } = await world();
    saved.set('discovered', { 'shop/http_sd_configs[0]': [1] });
    expect(names(await begin())).to.deep.equal([]);
  });
});
