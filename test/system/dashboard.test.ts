import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { startDaemon } from '../support/daemon.ts';
import type { RunningDaemon } from '../support/daemon.ts';
import { LEAK_AT_ONCE, untilStatus } from '../support/e2e.ts';
import { buildGo, startProgram } from '../support/go.ts';
import type { RunningProgram } from '../support/go.ts';
import { startPrometheus } from '../support/real-servers.ts';
import type { RealServer } from '../support/real-servers.ts';
import { until } from '../support/until.ts';

const CONFIG = join(import.meta.dirname, '../../../config');

interface Answer {
  readonly status: string;
  readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

/** Two services, one of which leaks towards its limit, and one that is down. */
const config = (leaky: string, list: string, folder: string) => `
web: { listen_address: 127.0.0.1:0 }
storage: { path: ${JSON.stringify(join(folder, 'data'))} }
target_defaults:
  memory_limit: 512MiB
  reading: { interval: 250ms, timeout: 5s }
  trigger: { above: 8MiB }
  capture: { interval: 500ms, baseline_interval: 500ms, timeout: 5s }
  detection: { min_profiles: 24, confirm_profiles: 60, min_growth: 4MiB }
targets:
  - { name: shop, url: '${leaky}' }
  - { name: gone, url: 'http://127.0.0.1:9' }
discovery:
  - { name: listed, file_sd_configs: [{ files: [${JSON.stringify(list)}], refresh_interval: 1s }] }
route: { receiver: oncall, group_wait: 1s }
receivers: [{ name: oncall, webhook_configs: [{ url: 'http://127.0.0.1:9/' }] }]
`;

describe('what is ready-made, on a real Prometheus that scrapes a real daemon', function () {
  this.timeout(300_000);
  let folder: string;
  let daemon: RunningDaemon;
  let prometheus: RealServer;
  const programs: RunningProgram[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-dashboard-'));
    programs.push(await startProgram(await buildGo('leaky'), LEAK_AT_ONCE));
    programs.push(await startProgram(await buildGo('warmcache')));
    const [leaky, healthy] = programs;
    const list = join(folder, 'targets.json');
    const catalog = { targets: [new URL(healthy!.url).host], labels: { __target__: 'catalog' } };
    await writeFile(list, JSON.stringify([catalog]));
    daemon = await startDaemon(config(leaky!.url, list, folder), folder);
    prometheus = await startPrometheus(new URL(daemon.url).host);
    // A suspect is one for some seconds: who begins to look after that has not seen it.
    await untilAnswered('heapwarden_target_up');
    await untilStatus(daemon, 'shop', ({ verdict }) => verdict?.state === 'leak');
  });

  after(async () => {
    await prometheus?.stop();
    await daemon?.stop();
    await Promise.all(programs.map((program) => program.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  /** The values at one moment; what Prometheus has no data for is empty. */
  async function ask(expr: string): Promise<readonly number[]> {
    const query = new URLSearchParams({ query: expr });
    const response = await fetch(`${prometheus.url}/api/v1/query?${query.toString()}`);
    const { status, data } = (await response.json()) as Answer;
    expect(status, expr).to.equal('success');
    return (data?.result ?? []).map(({ value }) => Number(value[1]));
  }

  /** Series appear with the first scrape, rates with the second, a suspect's when it is found. */
  const untilAnswered = (expr: string) =>
    until(`an answer to ${expr}`, 60_000, async () => {
      const values = await ask(expr);
      return values.some((value) => !Number.isNaN(value)) ? values : undefined;
    });

  it('has data for every query of the dashboard, and for its variable', async () => {
    const { queries, annotations } = await dashboardQueries();
    expect(queries).to.have.length.above(20);
    for (const expr of queries) await untilAnswered(expr);
    for (const expr of annotations) await untilAnswered(atSomeTime(expr));
    expect(annotations).to.have.length.above(0);
    const match = new URLSearchParams({ 'match[]': 'heapwarden_target_up' });
    const names = await fetch(`${prometheus.url}/api/v1/label/target/values?${match.toString()}`);
    expect(await names.json()).to.deep.include({ data: ['catalog', 'gone', 'shop'] });
  });

  it('has data behind every rule, and the rules hold that should', async () => {
    const rules = await alertRules();
    const holding = [
      'GoHeapLeakSuspected',
      'GoHeapLeak',
      'GoMemoryLimitNear',
      'HeapwardenTargetUnreadable',
    ];
    for (const { alert, expr } of rules) {
      if (holding.includes(alert)) await untilAnswered(atSomeTime(expr));
      else if (alert === 'HeapwardenDown') expect(await ask(expr)).to.deep.equal([]);
      else await untilAnswered(withoutThreshold(expr));
    }
    expect(await ask(ruleOf(rules, 'HeapwardenCannotSave'))).to.deep.equal([]);
    expect(await ask(ruleOf(rules, 'HeapwardenConfigRefused'))).to.deep.equal([]);
  });
});

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
}

async function alertRules(): Promise<readonly AlertRule[]> {
  const file = await readFile(join(CONFIG, 'prometheus/heapwarden.rules.yml'), 'utf8');
  const { groups } = parse(file) as { groups: readonly { rules: readonly AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

function ruleOf(rules: readonly AlertRule[], name: string): string {
  return rules.find(({ alert }) => alert === name)!.expr;
}

/** What holds for a moment, as a suspect does until it is a leak, may be over by now. */
function atSomeTime(expr: string): string {
  return `max_over_time((${expr})[10m:1s])`;
}

/** What a rule compares, as 0 or 1 whether it holds or not. */
function withoutThreshold(expr: string): string {
  return expr.replace(/(==|>|<)\s+/, '$1 bool ');
}

/** As Grafana would send them for the last minutes and all targets. */
async function dashboardQueries(): Promise<{
  readonly queries: readonly string[];
  readonly annotations: readonly string[];
}> {
  const file = await readFile(join(CONFIG, 'grafana/heapwarden.json'), 'utf8');
  const { panels, annotations } = JSON.parse(file) as {
    panels: readonly { targets?: readonly { expr: string }[] }[];
    annotations: { list: readonly { expr?: string }[] };
  };
  const sent = ({ expr = '' }) =>
    expr.replaceAll('$__rate_interval', '15s').replaceAll('$target', '.*');
  return {
    queries: panels.flatMap(({ targets = [] }) => targets.map(sent)),
    annotations: annotations.list.filter(({ expr }) => expr !== undefined).map(sent),
  };
}
