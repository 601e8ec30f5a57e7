import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { FloorGrowth } from '../../src/growth/top-growth.ts';
import type { MemoryPoint } from '../../src/memory/memory-history.ts';
import type { Happening } from '../../src/memory/target-record.ts';
import { CartStage } from '../support/cart-stage.ts';
import type { RunningDaemon } from '../support/daemon.ts';
import { statusOf } from '../support/e2e.ts';
import { until } from '../support/until.ts';

interface Memory {
  readonly points: readonly MemoryPoint[];
  readonly happenings: readonly Happening[];
}

describe('the memory of a target over time', function () {
  this.timeout(120_000);
  let stage: CartStage;

  beforeEach(async () => {
    stage = await CartStage.begin();
  });

  afterEach(() => stage.end());

  const config = () => `
web: { listen_address: 127.0.0.1:0 }
target_defaults:
  reading: { source: metrics, interval: 100ms, timeout: 5s }
  trigger: { above: 40MiB }
  capture: { interval: 300ms, baseline_interval: 300ms, timeout: 5s }
targets:
  - { name: cart, url: '${stage.target.url}' }
  - { name: till, url: '${stage.target.url}' }
route: { receiver: nobody }
receivers: [{ name: nobody }]
`;

  const memoryOf = (daemon: RunningDaemon, name: string): Promise<Memory> =>
    daemon.api<Memory>(`/api/v1/targets/${name}/memory`);

  const untilRead = (daemon: RunningDaemon, name: string, readings: number): Promise<Memory> =>
    until(`${readings} readings of ${name}`, 60_000, async () => {
      const memory = await memoryOf(daemon, name);
      const passed = memory.happenings.some(({ kind }) => kind === 'reading');
      return passed && memory.points.length >= readings ? memory : undefined;
    });

  it('goes on where it was after the daemon was started anew, and what happened is not forgotten', async () => {
    const first = await stage.start(config());
    const before = await untilRead(first, 'cart', 20);
    await first.stop();

    const second = await stage.start(config());
    const after = await untilRead(second, 'cart', before.points.length + 5);
    expect(after.points.slice(0, before.points.length)).to.deep.equal(before.points);
    expect(after.happenings.slice(0, before.happenings.length)).to.deep.equal(before.happenings);
    const { recent } = await statusOf(second, 'cart');
    expect(recent[0]?.at, 'the sparkline').to.equal(before.points[0]?.at);
    await second.stop();
  });

  it('comes with the functions that grew most, though nothing is suspected', async () => {
    const daemon = await stage.start(config());
    const functions = await until('growth', 60_000, async () => {
      const told = await daemon.api<{ functions: FloorGrowth[] }>('/api/v1/targets/cart/growth');
      return (told.functions[0]?.points.length ?? 0) > 2 ? told.functions : undefined;
    });
    expect(functions[0]?.function).to.equal('example.com/cart/life0.Keep');
    expect(functions[0]?.growthBytes).to.be.above(0);
    await daemon.stop();
  });

  it('is lost in a crash back to the last saved profile and no further, and a broken file costs its own alone', async () => {
    const first = await stage.start(config());
    await untilRead(first, 'cart', 20);
    await untilRead(first, 'till', 20);
    const { capture } = await statusOf(first, 'till');
    await first.stop('SIGKILL');
    await writeFile(join(stage.folder, 'data/state/readings-cart.gz'), 'what a broken disk gives');

    const second = await stage.start(config());
    const [cart] = (await untilRead(second, 'cart', 5)).points;
    const [till] = (await untilRead(second, 'till', 5)).points;
    expect(till?.at).to.be.below(capture!.at);
    expect(cart?.at).to.be.above(capture!.at);
    expect(
      second.lines().filter(({ file }) => String(file).includes('readings-cart')),
    ).to.have.length(1);
    await second.stop();
  });
});
