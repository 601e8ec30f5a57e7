import { expect } from 'chai';
import { parseHeapTrailer } from '../../src/memory/heap-trailer.ts';
import { ReadingError } from '../../src/memory/reading-error.ts';
import { recordedPage } from '../support/recorded-page.ts';

describe('parseHeapTrailer', () => {
  it('reads the trailer; MaxRSS is a peak and goroutines are not told, so neither is read', async () => {
    const page = await recordedPage('heap-go1.22.txt');
    expect(page).to.contain('# MaxRSS = ');
    expect(parseHeapTrailer(page, 7)).to.deep.equal({
      at: 7,
      source: 'pprof',
      heapInuseBytes: 753_664,
      heapAllocBytes: 130_104,
      heapIdleBytes: 3_145_728,
      heapReleasedBytes: 2_990_080,
      stackInuseBytes: 294_912,
      profilerBytes: 7_301,
      sysBytes: 6_708_240,
      nextGcBytes: 4_194_304,
      allocatedBytes: 198936,
      rssBytes: undefined,
      limitBytes: undefined,
      goroutines: undefined,
      gcCount: 1,
      startedAt: undefined,
      goVersion: undefined,
    });
  });

  for (const version of ['1.19', '1.22', '1.26']) {
    it(`reads the page of Go ${version}, also with CR LF`, async () => {
      const page = await recordedPage(`heap-go${version}.txt`);
      const reading = parseHeapTrailer(page, 0);
      expect(reading).to.include({ source: 'pprof', gcCount: 1, nextGcBytes: 4_194_304 });
      expect(reading.heapInuseBytes).to.be.above(reading.heapAllocBytes);
      expect(parseHeapTrailer(page.replaceAll('\n', '\r\n'), 0)).to.deep.equal(reading);
    });
  }

  const trailer = 'heap profile: 0: 0 [0: 0] @ heap/1048576\n\n# runtime.MemStats\n';
  for (const [what, page, message] of [
    ['HTML', ' <HTML><head>', 'not a heap profile in text but HTML ("<HTML><head>")'],
    ['a profile in protobuf', '\u001f\ufffd\b\0', 'not a heap profile in text but "'],
    ['a page without the trailer', trailer.slice(0, 50), 'no "# runtime.MemStats" in 50B of text'],
    ['a trailer cut short', `${trailer}# Alloc = 1\n# HeapAll`, 'no "# HeapInuse = "'],
    ['a heap that is no amount', `${trailer}# HeapInuse = -1\n`, 'no "# HeapInuse = "'],
  ] as const) {
    it(`refuses ${what}, saying what was seen and what to do`, () => {
      expect(() => parseHeapTrailer(page, 0))
        .to.throw(ReadingError, message)
        .with.property('message')
        .that.matches(/^\/debug\/pprof\/heap\?debug=1: .*; .*set reading\.source/);
    });
  }
});
