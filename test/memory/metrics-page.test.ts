import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { parseMetricsPage } from '../../src/memory/metrics-page.ts';
import { ReadingError } from '../../src/memory/reading-error.ts';
import { leastCpu } from '../support/least-cpu.ts';
import { recordedPage } from '../support/recorded-page.ts';

const HEAP = 'go_memstats_heap_inuse_bytes 2e+06\ngo_memstats_heap_alloc_bytes 1e+06\n';

describe('a reading that is kept', () => {
  it('lets go of the page it was read from', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const told =
      'go_info{version="go1.24.11-custom"} 1\nshop_build_info{revision="0123456789abcdef0123456789abcdef"} 1\n';
    const pageOf = (at: number) =>
      Buffer.from(`${HEAP}${told}${`# ${at}\n`.repeat(2 ** 18)}`).toString();
    collect();
    const before = process.memoryUsage().heapUsed;
    const kept = Array.from({ length: 40 }, (_, at) => parseMetricsPage(pageOf(at), at));
    collect();
    const mib = (process.memoryUsage().heapUsed - before) / 2 ** 20;
    expect(kept.map(({ revision }) => revision?.length)).to.include(32);
    expect(kept[0]?.goVersion).to.equal('go1.24.11-custom');
    expect(mib).to.be.below(10);
  });
});

describe('parseMetricsPage', () => {
  it('reads every figure of the default collectors, as Prometheus itself serves them', async () => {
    const page = await recordedPage('metrics-prometheus-go1.19.txt');
    expect(parseMetricsPage(page, 7)).to.deep.equal({
      at: 7,
      source: 'metrics',
      heapInuseBytes: 10_207_232,
      heapAllocBytes: 8_063_808,
      heapIdleBytes: 1_687_552,
      heapReleasedBytes: 1_384_448,
      stackInuseBytes: 688_128,
      profilerBytes: 1_452_735,
      sysBytes: 23_966_984,
      nextGcBytes: 13_243_464,
      allocatedBytes: 12999192,
      rssBytes: 43_945_984,
      limitBytes: undefined,
      goroutines: 27,
      gcCount: 4,
      startedAt: 1_795_388_997_950,
      goVersion: 'go1.19.8',
    });
  });

  it('takes GOMEMLIMIT where one is set, and MaxInt64 for none', async () => {
    const limited = await recordedPage('metrics-client_golang-1.21-go1.22.txt');
    const unlimited = await recordedPage('metrics-client_golang-1.23-go1.26.txt');
    expect(parseMetricsPage(limited, 0).limitBytes).to.equal(512 * 2 ** 20);
    expect(unlimited).to.contain('go_gc_gomemlimit_bytes 9.223372036854776e+18');
    expect(parseMetricsPage(unlimited, 0).limitBytes).to.equal(undefined);
  });

  it('reads the names of runtime/metrics where those of MemStats are switched off, and a namespaced process', async () => {
    const page = await recordedPage('metrics-client_golang-1.23-runtime-go1.26.txt');
    expect(page).not.to.contain('go_memstats_heap_');
    expect(parseMetricsPage(page, 0)).to.include({
      heapAllocBytes: 321_136,
      heapInuseBytes: 321_136 + 1_423_760,
      heapIdleBytes: 2_121_728,
      stackInuseBytes: 327_680,
      sysBytes: 7_821_576,
      nextGcBytes: 4_194_304,
      rssBytes: 11_218_944,
      startedAt: 1_795_389_156_580,
      goVersion: 'go1.26.8',
    });
  });

  it("takes limit, goroutines and GC goal from OpenTelemetry's names where the others are missing", () => {
    const page = `${HEAP}go_memory_limit_bytes{otel_scope_name="runtime"} 1024
go_goroutine_count{otel_scope_name="runtime"} 12
go_memory_gc_goal_bytes{otel_scope_name="runtime"} 77
go_memory_used_bytes{go_memory_type="stack"} 1
go_memory_used_bytes{go_memory_type="other"} 2
`;
    expect(parseMetricsPage(page, 0)).to.include({
      limitBytes: 1024,
      goroutines: 12,
      nextGcBytes: 77,
    });
  });

  for (const [what, line, goroutines] of [
    ['a plain sample', 'go_goroutines 5', 5],
    ['a timestamp', 'go_goroutines 5 1717986918000', 5],
    ['a negative timestamp', 'go_goroutines 5 -1', 5],
    ['an exponent', 'go_goroutines 1.5e+03', 1500],
    ['tabs and many blanks', 'go_goroutines\t  5', 5],
    ['a line that ends in CR LF', 'go_goroutines 5\r', 5],
    ['labels', 'go_goroutines{job="a",instance="b"} 5', 5],
    ['labels with braces, blanks and quotes in them', 'go_goroutines{a="} 9",b="\\"} 8"} 5', 5],
    ['empty labels', 'go_goroutines{} 5', 5],
    ['an exemplar of OpenMetrics', 'go_goroutines 5 # {trace="x"} 1', 5],
    ['another name that begins with it', 'go_goroutines_peak 9\ngo_goroutines 5', 5],
    ['another name that ends with it', 'my_go_goroutines 9', undefined],
    ['help and type', '# HELP go_goroutines 8\n# TYPE go_goroutines gauge', undefined],
    ['NaN', 'go_goroutines NaN', undefined],
    ['an infinity', 'go_goroutines +Inf', undefined],
    ['a negative amount', 'go_goroutines -5', undefined],
    ['hexadecimal', 'go_goroutines 0x10', undefined],
    ['no value', 'go_goroutines', undefined],
    ['a word for a value', 'go_goroutines many', undefined],
    ['labels that do not end', 'go_goroutines{a="b 5', undefined],
    ['a line too long to be wanted', `go_goroutines{a="${'b'.repeat(5_000)}"} 5`, undefined],
  ] as const) {
    it(`reads ${String(goroutines)} from ${what}`, () => {
      expect(parseMetricsPage(`${line}\n${HEAP}`, 0).goroutines).to.equal(goroutines);
      expect(parseMetricsPage(HEAP + line, 0).goroutines).to.equal(goroutines);
    });
  }

  it('takes no longer for names of many namespaces than for as much of others', () => {
    const costOf = (name: string): number => {
      const lines = `${name}: 1\n`.repeat(2 ** 20 / name.length);
      return leastCpu(() => {
        expect(parseMetricsPage(HEAP + lines, 7).rssBytes).to.equal(undefined);
      });
    };
    const many = costOf(`a${'_process_b'.repeat(400)}`);
    expect(many / costOf('ab'.repeat(1_000))).to.be.below(40);
  });

  it('prefers the plain process names, and takes none of two namespaces', () => {
    const rss = (lines: string): number | undefined => parseMetricsPage(HEAP + lines, 0).rssBytes;
    expect(rss('a_process_resident_memory_bytes 1')).to.equal(1);
    expect(rss('a_process_resident_memory_bytes 1\nprocess_resident_memory_bytes 2')).to.equal(2);
    expect(rss('a_process_resident_memory_bytes 1\nb_process_resident_memory_bytes 2')).to.equal(
      undefined,
    );
  });

  for (const [what, page, message] of [
    [
      'a page without the heap',
      'up 1\n'.repeat(7168),
      '/metrics: no go_memstats_heap_inuse_bytes in 35KiB of text',
    ],
    [
      'HTML',
      '<!DOCTYPE html><title>Sign in</title>',
      'seen was HTML ("<!DOCTYPE html><title>Sign in',
    ],
    ['an empty page', '', 'seen was an empty page'],
    [
      'a page of several processes',
      'go_memstats_heap_inuse_bytes{pod="a"} 1\ngo_memstats_heap_inuse_bytes{pod="b"} 1\n',
      '/metrics: 2 samples of go_memstats_heap_inuse_bytes, so the page tells of several processes; let url point at one process',
    ],
    [
      'a heap that is no amount',
      'go_memstats_heap_inuse_bytes NaN\n',
      '/metrics: go_memstats_heap_inuse_bytes is NaN, which is no amount of memory',
    ],
    [
      "OpenTelemetry's names alone",
      'go_memory_used_bytes{go_memory_type="other"} 1\n',
      'no go_memstats_heap_inuse_bytes',
    ],
  ] as const) {
    it(`refuses ${what}, saying what was seen and what to do`, () => {
      expect(() => parseMetricsPage(page, 0))
        .to.throw(ReadingError, message)
        .with.property('message')
        .that.matches(/; .*reading\.source/);
    });
  }

  it('reads the same figures wherever the wanted lines stand in a page of 16 MiB', () => {
    const filler = 'request_seconds_bucket{handler="/a/b",le="0.5"} 12345\n'.repeat(300_000);
    const reading = parseMetricsPage(HEAP, 1);
    expect(filler.length).to.be.above(15 * 2 ** 20);
    expect(parseMetricsPage(filler + HEAP, 1)).to.deep.equal(reading);
    expect(parseMetricsPage(HEAP + filler, 1)).to.deep.equal(reading);
  });
});
