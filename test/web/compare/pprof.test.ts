import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Comparison } from '../../../src/picture/comparison.ts';
import { formatPercent } from '../../../src/pprof/format.ts';
import { HEAP_SAMPLE_TYPES } from '../../../src/pprof/profile.ts';
import { startWeb } from '../../../src/web/server.ts';
import type { Web } from '../../../src/web/server.ts';
import { fixtureProfile } from '../../support/fixture-profiles.ts';
import { needGo, PROGRAMS } from '../../support/go.ts';
import { findPprof, pprofReports } from '../../support/pprof-tool.ts';
import { NOW, dashboardOf, silentLog } from '../values.ts';

const SOURCE = join(PROGRAMS, 'zoo');
const FUNCTION = 'main.(*Keeper).Round';
const FILES = ['heap-before.pb.gz', 'heap-after.pb.gz'] as const;
const [BEFORE, AFTER] = [
  fixtureProfile(`go1.26/${FILES[0]}`),
  fixtureProfile(`go1.26/${FILES[1]}`),
];

describe('a comparison beside go tool pprof -diff_base', function () {
  this.timeout(300_000);
  let web: Web;
  let pprof = '';

  before(async function () {
    await needGo(this);
    pprof = await findPprof();
    web = await startWeb(
      { host: '127.0.0.1', port: 0 },
      dashboardOf({
        profiles: () =>
          Promise.resolve(FILES.map((file, at) => ({ file, at: NOW + at, bytes: 9 }))),
        readProfile: (_, file) => readFile(fixtureProfile(`go1.26/${file}`)),
      }),
      silentLog,
    );
  });
  after(() => web?.close());

  for (const sample of HEAP_SAMPLE_TYPES) {
    it(`has the same figures and shares in its table, and on the lines of a function: ${sample}`, async () => {
      const query = new URLSearchParams({ sample, function: FUNCTION });
      const answer = await fetch(`${web.url}/api/v1/targets/shop/compare?${query.toString()}`);
      const comparison = (await answer.json()) as Comparison;
      const settings = [`sample_index=${sample}`, 'nodefraction=0', 'unit=B'];
      const [table = '', list = ''] = await pprofReports(
        { pprof, file: AFTER, flags: [`-source_path=${SOURCE}`, '-diff_base', BEFORE] },
        [
          { settings, command: 'top 40' },
          { settings, command: 'list main.*Keeper..Round$' },
        ],
      );
      expect(comparison.rows).to.have.length.above(5);
      expect(tableOf(comparison)).to.deep.equal(printedTable(table));
      expect(linesOf(comparison)).to.deep.equal(printedLines(list)).and.have.length.above(1);
    });
  }

  it('is downloaded as a profile that Go’s own tool opens, from a file and from its address', async () => {
    const page = await (await fetch(`${web.url}/targets/shop/compare`)).text();
    const [, link = ''] = /href="([^"]*difference\.pb\.gz[^"]*)"/.exec(page) ?? [];
    const address = new URL(link.replaceAll('&amp;', '&'), `${web.url}/targets/shop/compare`).href;
    const response = await fetch(address);
    expect(response.headers.get('content-disposition')).to.equal(
      `attachment; filename="difference-${FILES[1]}"`,
    );
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-difference-'));
    // Where pprof keeps what it fetches.
    process.env['PPROF_TMPDIR'] = folder;
    const file = join(folder, 'difference.pb.gz');
    await writeFile(file, new Uint8Array(await response.arrayBuffer()));
    const commands = HEAP_SAMPLE_TYPES.map((sample) => ({
      settings: [`sample_index=${sample}`, 'nodefraction=0', 'unit=B'],
      command: 'top',
    }));
    const expected = await pprofReports({ pprof, file: AFTER, base: BEFORE }, commands);
    const flags = ['-symbolize=none'];
    const [saved, fetched] = [
      await pprofReports({ pprof, file, flags }, commands),
      await pprofReports({ pprof, file: address, flags }, commands),
    ];
    delete process.env['PPROF_TMPDIR'];
    await rm(folder, { recursive: true });
    expect(saved.map(figuresIn)).to.deep.equal(expected.map(figuresIn));
    expect(fetched.map(figuresIn)).to.deep.equal(expected.map(figuresIn));
    expect(saved.flatMap(figuresIn)).to.have.length.above(20);
  });
});

/** The lines with a function, in their order. */
function figuresIn(report: string): string[] {
  return report.split('\n').filter((line) => /%.*%.*%/.test(line));
}

/** `flat flat% sum% cum cum% name`. */
function tableOf({ rows, total }: Comparison): string[] {
  const percent = (value: number) => formatPercent(value, total).trim();
  let sum = 0;
  return rows.map(({ function: name, flat, cum }) => {
    sum += flat;
    return [flat, percent(flat), percent(sum), cum, percent(cum), name].join(' ');
  });
}

function printedTable(output: string): string[] {
  return output.split('\n').flatMap((line) => {
    const [, flat, flatShare, sum, cum, share, name = ''] =
      /^ *(-?\d+)B? +(\S+%) +(\S+%) +(-?\d+)B? +(\S+%) {2}(.+)$/.exec(line) ?? [];
    if (flat === undefined) return [];
    return [
      [flat, flatShare, sum, cum, share, name.replace(/ \((partial-)?inline\)$/, '')].join(' '),
    ];
  });
}

/** `flat cum line` of the one function, those without a figure left out. */
function linesOf({ closeUp }: Comparison): string[] {
  return (closeUp?.routines ?? []).flatMap(({ lines }) =>
    lines.map(({ line, flat, cum }) => `${flat} ${cum} ${line}`),
  );
}

function printedLines(output: string): string[] {
  return [...output.matchAll(/^ *(-?\d+|\.)B? +(-?\d+|\.)B? +(\d+):/gm)]
    .map(
      ([, flat = '', cum = '', line]) => `${Number(dotless(flat))} ${Number(dotless(cum))} ${line}`,
    )
    .filter((line) => !line.startsWith('0 0 '));
}

function dotless(figure: string): string {
  return figure === '.' ? '0' : figure;
}
