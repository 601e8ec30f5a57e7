import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Context } from 'mocha';
import { parse } from 'yaml';
import { createMetrics } from '../../src/metrics/metrics.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const RULES = join(ROOT, 'config/prometheus/heapwarden.rules.yml');
const RULES_TEST = join(ROOT, 'test/prometheus/heapwarden.rules.test.yml');
const DASHBOARD = join(ROOT, 'config/grafana/heapwarden.json');

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly type: string;
    readonly description?: string;
    readonly gridPos: {
      readonly x: number;
      readonly y: number;
      readonly w: number;
      readonly h: number;
    };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

describe('what is ready-made for Prometheus and Grafana', function () {
  this.timeout(60_000);

  it('has rules that promtool takes', async function () {
    await needPromtool(this);
    const { stdout } = await run('promtool', ['check', 'rules', RULES]);
    expect(stdout).to.contain('SUCCESS: 12 rules found');
  });

  it('has rules that fire when they should and not before', async function () {
    await needPromtool(this);
    const { stdout } = await run('promtool', ['test', 'rules', RULES_TEST]);
    expect(stdout).to.contain('SUCCESS');
  });

  it('tests every alert there is', async () => {
    const rules = parse(await readFile(RULES, 'utf8')) as {
      groups: { rules: { alert: string }[] }[];
    };
    const tested = await readFile(RULES_TEST, 'utf8');
    for (const { alert } of rules.groups.flatMap((group) => group.rules)) {
      expect(tested, alert).to.match(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n`));
    }
  });

  it('asks only for metrics that heapwarden has', async () => {
    const { body } = await createMetrics({ version: '0' }).page();
    const known = new Set(
      [
        ...Buffer.from(body)
          .toString()
          .matchAll(/^# TYPE (\S+)/gm),
      ].map(([, name]) => name),
    );
    const texts = [await readFile(RULES, 'utf8'), ...(await expressions())];
    const asked = texts.flatMap(
      (text) => text.match(/\b(heapwarden|process|nodejs)_[a-z_]+/g) ?? [],
    );
    expect(asked.length).to.be.above(20);
    for (const name of new Set(asked)) {
      expect(known.has(name.replace(/_(bucket|sum|count)$/, '')) || known.has(name), name).to.equal(
        true,
      );
    }
  });

  it('has a dashboard whose every query Prometheus can read', async function () {
    await needPromtool(this);
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-rules-'));
    try {
      const rules = (await expressions()).map((expr, index) => ({
        record: `checked:${index}`,
        expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$target', '.*'),
      }));
      const file = join(folder, 'queries.yml');
      await writeFile(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
      const { stdout } = await run('promtool', ['check', 'rules', file]);
      expect(stdout).to.contain(`SUCCESS: ${rules.length} rules found`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('has panels that do not overlap, each explained', async () => {
    const { panels } = await dashboard();
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
    const taken = new Set<string>();
    for (const { title, type, description, gridPos } of panels) {
      if (type !== 'row') expect(description, title).to.match(/\.$/);
      for (const cell of cellsOf(gridPos)) {
        expect(taken.has(cell), `${title} at ${cell}`).to.equal(false);
        taken.add(cell);
      }
      expect(gridPos.x + gridPos.w).to.be.at.most(24);
    }
  });
});

async function dashboard(): Promise<Dashboard> {
  return JSON.parse(await readFile(DASHBOARD, 'utf8')) as Dashboard;
}

function cellsOf({ x, y, w, h }: Dashboard['panels'][number]['gridPos']): string[] {
  return Array.from(
    { length: w * h },
    (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`,
  );
}

async function expressions(): Promise<string[]> {
  const { panels, annotations } = await dashboard();
  return [...panels.flatMap(({ targets = [] }) => targets), ...annotations.list].map(
    ({ expr }) => expr,
  );
}

/** Skips with a word where there is no promtool; fails instead with HEAPWARDEN_REQUIRE_PROMTOOL=1, as in CI. */
async function needPromtool(test: Context): Promise<void> {
  const version = await run('promtool', ['--version']).catch(() => undefined);
  if (version !== undefined) return;
  if (process.env['HEAPWARDEN_REQUIRE_PROMTOOL'] === '1')
    throw new Error('promtool is required here');
  console.log('      skipped: needs promtool on the path');
  test.skip();
}
