import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunningDaemon } from '../support/daemon.ts';
import { needGo } from '../support/go.ts';
import { FILLS_AT_ONCE, World, freshOf, statusOf, untilStatus } from '../support/e2e.ts';
import { until } from '../support/until.ts';

describe('a reload', function () {
  this.timeout(240_000);
  let world: World;
  let daemon: RunningDaemon;
  let url: string;

  beforeEach(async function () {
    await needGo(this);
    world = await World.begin();
    url = (await world.program('warmcache', FILLS_AT_ONCE)).url;
    daemon = await world.daemon({ first: url });
  });

  afterEach(() => world?.end());

  const write = (yaml: string): Promise<void> =>
    writeFile(join(world.folder, 'heapwarden.yaml'), yaml);

  it('on SIGHUP takes up a new target and keeps the history of the old one', async () => {
    const before = await untilStatus(daemon, 'first', (status) => freshOf(status) >= 8);
    await write(world.config({ first: url, second: url }));
    process.kill(daemon.pid, 'SIGHUP');

    await untilStatus(daemon, 'second', (status) => freshOf(status) >= 1);
    const after = await statusOf(daemon, 'first');
    expect(freshOf(after)).to.be.at.least(freshOf(before));
    expect(after.verdict?.epochs).to.equal(1);
  });

  it('of a file with a mistake is refused with its place, and the last good one goes on', async () => {
    const before = await untilStatus(daemon, 'first', (status) => freshOf(status) >= 2);
    await write(world.config({ first: url }).replace('receiver: oncall', 'receiver: nobody'));
    const refused = await fetch(`${daemon.url}/-/reload`, { method: 'POST' });
    expect(refused.ok).to.equal(false);
    expect(await refused.text()).to.match(/heapwarden\.yaml:\d+:\d+.*nobody/);

    const metrics = await (await fetch(`${daemon.url}/metrics`)).text();
    expect(metrics).to.match(/^heapwarden_config_last_reload_successful 0$/m);
    await untilStatus(daemon, 'first', (status) => freshOf(status) > freshOf(before));

    await write(world.config({ first: url }));
    await until('a good file is taken again', 20_000, async () => {
      const answer = await fetch(`${daemon.url}/-/reload`, { method: 'POST' });
      return answer.ok || undefined;
    });
  });
});
