import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startDaemon } from '../support/daemon.ts';
import { freePorts } from '../support/real-servers.ts';
import { until } from '../support/until.ts';

/** Nobody listens at the target's, so that there is something to log all the time. */
const config = (port: number, target: number) => `
web: { listen_address: 127.0.0.1:${port} }
target_defaults: { reading: { source: metrics, interval: 100ms } }
targets: [{ name: a, url: 'http://127.0.0.1:${target}' }]
route: { receiver: nobody }
receivers: [{ name: nobody }]
`;

describe('the log', function () {
  this.timeout(60_000);

  it('that cannot be written holds up neither the daemon nor its end', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const full = await open('/dev/full', 'w');
    const [port = 0, target = 0] = await freePorts(2);
    const url = `http://127.0.0.1:${port}`;
    const daemon = await startDaemon(config(port, target), undefined, {
      path: '/-/healthy',
      logLevel: 'debug',
      logsTo: { fd: full.fd, url },
    });
    try {
      const [, before = 0] = /_readings_total\{.*"failure"\} (\d+)/.exec(await metrics(url)) ?? [];
      await until('it goes on reading', 20_000, async () => {
        const [, now = 0] = /_readings_total\{.*"failure"\} (\d+)/.exec(await metrics(url)) ?? [];
        return Number(now) >= Number(before) + 3 ? true : undefined;
      });
      expect((await fetch(`${url}/-/healthy`)).status).to.equal(200);
    } finally {
      await full.close();
      expect(await daemon.stop()).to.deep.equal({ code: 0, signal: null });
    }
  });

  it('that nobody reads holds up neither the process nor its end', async () => {
    const child = fork(join(import.meta.dirname, 'log-to-nobody.js'), { silent: true });
    const ended = once(child, 'exit');
    const killing = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const said: unknown[] = [];
    child.on('message', (message) => said.push(message));
    expect(await ended).to.deep.equal([0, null]);
    clearTimeout(killing);
    expect(said).to.deep.equal(['alive']);
  });
});

async function metrics(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
}
