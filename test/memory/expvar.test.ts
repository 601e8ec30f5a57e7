import { expect } from 'chai';
import { parseExpvar } from '../../src/memory/expvar.ts';
import { ReadingError } from '../../src/memory/reading-error.ts';
import { recordedPage } from '../support/recorded-page.ts';

describe('parseExpvar', () => {
  it('reads memstats, and leaves what expvar does not tell untold', async () => {
    expect(parseExpvar(await recordedPage('vars-go1.22.json'), 7)).to.deep.equal({
      at: 7,
      source: 'expvar',
      heapInuseBytes: 876_544,
      heapAllocBytes: 166_096,
      heapIdleBytes: 3_022_848,
      heapReleasedBytes: 2_834_432,
      stackInuseBytes: 294_912,
      profilerBytes: 7_301,
      sysBytes: 6_708_240,
      nextGcBytes: 4_194_304,
      allocatedBytes: 234928,
      rssBytes: undefined,
      limitBytes: undefined,
      goroutines: undefined,
      gcCount: 1,
      startedAt: undefined,
      goVersion: undefined,
    });
  });

  for (const version of ['1.19', '1.22', '1.26']) {
    it(`reads the page of Go ${version}`, async () => {
      const reading = parseExpvar(await recordedPage(`vars-go${version}.json`), 0);
      expect(reading).to.include({ source: 'expvar', gcCount: 1, nextGcBytes: 4_194_304 });
      expect(reading.heapInuseBytes).to.be.above(reading.heapAllocBytes);
    });
  }

  it('leaves a figure untold that is no amount', () => {
    const page = { memstats: { HeapInuse: 2, HeapAlloc: 1, Sys: -1, NumGC: 'many' } };
    expect(parseExpvar(JSON.stringify(page), 0)).to.include({
      heapInuseBytes: 2,
      sysBytes: undefined,
      gcCount: undefined,
    });
  });

  for (const [what, page, message] of [
    ['HTML', '<html>', '/debug/vars: not the JSON of expvar but HTML ("<html>")'],
    ['JSON cut short', '{"memstats": {"He', 'not the JSON of expvar but "{"memstats": {"He"'],
    ['another JSON', '{"status": "ok"}', '/debug/vars: no usable memstats'],
    ['no object at all', '[1]', '/debug/vars: no usable memstats'],
    ['memstats without the heap', '{"memstats": {}}', 'no usable memstats.HeapInuse'],
    [
      'a negative heap',
      '{"memstats": {"HeapInuse": -1, "HeapAlloc": 1}}',
      'no usable memstats.HeapInuse',
    ],
    [
      'an infinite heap',
      '{"memstats": {"HeapInuse": 1e999, "HeapAlloc": 1}}',
      'no usable memstats.HeapInuse',
    ],
  ] as const) {
    it(`refuses ${what}, saying what was seen and what to do`, () => {
      expect(() => parseExpvar(page, 0))
        .to.throw(ReadingError, message)
        .with.property('message')
        .that.matches(/; import _ "expvar" and serve its handler there, or set reading\.source/);
    });
  }
});
