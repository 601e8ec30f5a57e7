import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import {
  freePorts,
  startEtcd,
  startNats,
  startPrometheus,
  type RealServer,
} from '../support/real-servers.ts';
import { until } from '../support/until.ts';

const MINUTES = Number(process.env['HEAPWARDEN_SYSTEM_MINUTES'] ?? '3');
/** Far fewer than a tight interval gives in the time, so that a slow machine passes too. */
const WANTED_CAPTURES = 60;

interface Status {
  name: string;
  verdict?: { state: string; reason: string; profiles: number; fresh: number };
}

describe('real servers as targets', () => {
  let daemon: RunningDaemon;
  let servers: RealServer[] = [];

  before(async function () {
    this.timeout(60_000);
    const [port = 0] = await freePorts(1);
    servers = [await startPrometheus(`127.0.0.1:${port}`), await startEtcd(), await startNats()];
    daemon = await startDaemon(configFor(servers, port));
  });

  after(async () => {
    await daemon?.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('reads and captures Prometheus, etcd and NATS under light load, and stays silent', async function () {
    this.timeout(MINUTES * 60_000 + 120_000);
    const enough = Date.now() + MINUTES * 60_000;
    const statuses = await until('enough captures of each', MINUTES * 60_000 + 60_000, async () => {
      await Promise.all(servers.map((server) => server.load().catch(() => undefined)));
      const { targets } = await daemon.api<{ targets: Status[] }>('/api/v1/targets');
      const counts = targets.map(({ verdict }) => verdict?.profiles ?? 0);
      return Date.now() > enough && Math.min(...counts) >= WANTED_CAPTURES ? targets : undefined;
    });
    for (const { name, verdict } of statuses) {
      console.log(
        `      ${name}: ${verdict?.profiles} profiles, ${verdict?.fresh} fresh: ${verdict?.reason}`,
      );
    }
    const alarmed = statuses.filter(({ verdict }) => /suspect|leak/.test(verdict?.state ?? ''));
    expect(alarmed).to.deep.equal([]);
    expect(await daemon.api('/api/v1/incidents')).to.deep.equal({ incidents: [] });
    const outcomes = await metric(daemon, 'heapwarden_captures_total');
    expect(outcomes.get('{outcome="success"}')).to.be.at.least(3 * WANTED_CAPTURES);
  });

  it('is scraped by a real Prometheus', async function () {
    this.timeout(60_000);
    const [prometheus] = servers;
    const query = encodeURIComponent('up{job="heapwarden"} == 1');
    await until('up in Prometheus', 30_000, async () => {
      const answer = await fetch(`${prometheus!.url}/api/v1/query?query=${query}`);
      const { data } = (await answer.json()) as { data: { result: unknown[] } };
      return data.result.length === 1 ? true : undefined;
    });
  });

  it('serves metrics that promtool finds nothing wrong with', async () => {
    const page = await (await fetch(`${daemon.url}/metrics`)).text();
    const checking = promisify(execFile)('promtool', ['check', 'metrics']);
    checking.child.stdin?.end(page);
    const { stdout, stderr } = await checking;
    expect(stdout + stderr).to.equal('');
  });
});

function configFor(targets: readonly RealServer[], port: number): string {
  return `
web: { listen_address: 127.0.0.1:${port} }
target_defaults:
  reading: { interval: 250ms, timeout: 5s }
  trigger: { above: 1MiB, growth_per_hour: 64MiB }
  capture: { interval: 500ms, baseline_interval: 500ms, timeout: 5s, gc: when_stale }
targets:
${targets.map(({ name, url }) => `  - { name: ${name}, url: '${url}' }`).join('\n')}
route: { receiver: nobody }
receivers:
  - name: nobody
    webhook_configs: [{ url: 'http://127.0.0.1:9/' }]
`;
}

/** The samples of one metric, by their label text. */
async function metric(daemon: RunningDaemon, name: string): Promise<Map<string, number>> {
  const page = await (await fetch(`${daemon.url}/metrics`)).text();
  const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`));
  return new Map(
    lines.map((line) => {
      const [, labels = '', value] = /^[^{]+(\{.*\}) (\S+)$/.exec(line) ?? [];
      return [labels, Number(value)] as const;
    }),
  );
}
