import { expect } from 'chai';
import type { ReadingSettings } from '../../src/config/config.ts';
import { createHttpClient, type HttpClient } from '../../src/target/http-client.ts';
import { createReader, type Reader } from '../../src/target/reader.ts';
import { TargetError } from '../../src/target/target-error.ts';
import { buildGo, needGo, startProgram } from '../support/go.ts';
import { httpConfig } from '../support/http-config.ts';
import { expectFailure } from '../support/http-requests.ts';
import { serve, unusedUrl } from '../support/http-server.ts';
import { recordedPage } from '../support/recorded-page.ts';
import { Resources } from '../support/resources.ts';

const PATHS = {
  metrics: '/metrics',
  expvar: '/debug/vars',
  pprof: '/debug/pprof/heap?debug=1',
} as const;

describe('createReader', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());
  const { signal } = new AbortController();

  const readerOf = (url: string, source: ReadingSettings['source'] = 'auto'): Reader => {
    const client = resources.add(createHttpClient(httpConfig()));
    return createReader(client, { url, reading: { source, intervalMs: 15_000, timeoutMs: 5_000 } });
  };

  /** A target that serves recorded pages at the paths that are in `serving`, and notes what is asked. */
  const target = async (...sources: (keyof typeof PATHS)[]) => {
    const pages = {
      [PATHS.metrics]: await recordedPage('metrics-prometheus-go1.19.txt'),
      [PATHS.expvar]: await recordedPage('vars-go1.22.json'),
      [PATHS.pprof]: await recordedPage('heap-go1.22.txt'),
    };
    const serving = new Set<string>(sources);
    const asked: string[] = [];
    const { url } = resources.add(
      await serve((request, response) => {
        const path = (request.url ?? '').replace('/prefix', '');
        asked.push(path);
        const served = Object.entries(PATHS).find(
          ([source, at]) => at === path && serving.has(source),
        );
        if (served === undefined) response.writeHead(404).end();
        else response.end(pages[served[1]]);
      }),
    );
    return { url, serving, asked };
  };

  it('takes the cheapest source that works and remembers it', async () => {
    const { url, asked } = await target('expvar', 'pprof');
    const reader = readerOf(url);
    expect(reader.source).to.equal(undefined);
    expect(await reader.read(7, signal)).to.include({
      at: 7,
      source: 'expvar',
      goroutines: undefined,
    });
    expect(reader.source).to.equal('expvar');
    await reader.read(8, signal);
    expect(asked).to.deep.equal([PATHS.metrics, PATHS.expvar, PATHS.expvar]);
  });

  it('finds another source when its own stops working, the remembered one first', async () => {
    const { url, serving, asked } = await target('metrics', 'expvar', 'pprof');
    const reader = readerOf(url);
    await reader.read(0, signal);
    serving.delete('metrics');
    serving.delete('expvar');
    expect((await reader.read(1, signal)).source).to.equal('pprof');
    serving.add('metrics');
    expect((await reader.read(2, signal)).source).to.equal('pprof');
    serving.delete('pprof');
    expect((await reader.read(3, signal)).source).to.equal('metrics');
    expect(asked.slice(1)).to.deep.equal([
      PATHS.metrics,
      PATHS.expvar,
      PATHS.pprof,
      PATHS.pprof,
      PATHS.pprof,
      PATHS.metrics,
    ]);
  });

  it('names the setting that bounds it where nothing comes in time', async () => {
    const { url } = resources.add(await serve(() => undefined));
    const reading = { source: 'metrics', intervalMs: 15_000, timeoutMs: 50 } as const;
    const client = resources.add(createHttpClient(httpConfig()));
    const answer = createReader(client, { url, reading }).read(0, signal);
    const said = await answer.then(
      () => 'nothing',
      (error: unknown) => String(error),
    );
    expect(said).to.contain('no whole answer within 50ms; raise reading.timeout, or look');
  });

  it('looks for a cheaper source now and then', async () => {
    const { url, serving } = await target('expvar');
    const reader = readerOf(url);
    await reader.read(0, signal);
    serving.add('metrics');
    const sources = [];
    for (let i = 0; i < 242; i += 1) sources.push((await reader.read(i, signal)).source);
    expect(sources.indexOf('metrics')).to.equal(240);
    expect(sources.slice(240)).to.deep.equal(['metrics', 'metrics']);
  });

  describe('of a source that answers late', () => {
    /** Serves `/metrics` and `/debug/vars`, the former late where `isLate` says so of how often it was asked for. */
    const lateTarget = async (isLate: (asked: number) => boolean) => {
      const { url } = await target('metrics', 'expvar');
      const client = resources.add(createHttpClient(httpConfig()));
      let asked = 0;
      const late: HttpClient = {
        ...client,
        request: async (request) => {
          if (request.url.endsWith(PATHS.metrics) && isLate(asked++))
            throw new TargetError('timeout', `${request.url}: no whole answer`);
          return client.request(request);
        },
      };
      const reading = { source: 'auto', intervalMs: 15_000, timeoutMs: 5_000 } as const;
      const reader = createReader(late, { url, reading });
      /** The first letter of each source, `-` where no reading came. */
      return async (readings: number): Promise<string> => {
        let sources = '';
        for (let at = 0; at < readings; at += 1)
          sources += await reader.read(at, signal).then(
            ({ source }) => source[0],
            () => '-',
          );
        return sources;
      };
    };

    it('misses one reading rather than leave it', async () => {
      const read = await lateTarget((asked) => asked === 1 || asked === 3);
      expect(await read(6)).to.equal('m-m-mm');
    });

    it('takes another one when it is late again, and tries it again ever less often', async () => {
      const read = await lateTarget((asked) => asked > 0 && asked < 5);
      expect(await read(40)).to.equal(`m-${'e'.repeat(5)}${'e'.repeat(9)}${'e'.repeat(17)}mmmmmmm`);
    });

    it('leaves one that is late again and again alone for longer each time', async () => {
      const read = await lateTarget((asked) => [1, 2, 4, 5, 7, 8].includes(asked));
      expect(await read(44)).to.equal(
        `m-${'e'.repeat(5)}m-${'e'.repeat(9)}m-${'e'.repeat(17)}mmmmmmm`,
      );
    });
  });

  it('passes over a page that is not what it should be', async () => {
    const recorded = await recordedPage('heap-go1.22.txt');
    const { url } = resources.add(
      await serve((request, response) => {
        if (request.url === PATHS.metrics) response.end('up 1\n');
        else if (request.url === PATHS.expvar) response.end('<html>');
        else response.end(recorded);
      }),
    );
    expect((await readerOf(url).read(0, signal)).source).to.equal('pprof');
  });

  for (const source of ['metrics', 'expvar', 'pprof'] as const) {
    it(`reads ${source} alone where that is asked for, under the prefix of the URL`, async () => {
      const { url, serving, asked } = await target('metrics', 'expvar', 'pprof');
      const reader = readerOf(`${url}/prefix`, source);
      expect(reader.source).to.equal(source);
      expect((await reader.read(0, signal)).source).to.equal(source);
      serving.delete(source);
      await expectFailure(
        reader.read(1, signal),
        'status',
        `^${url}/prefix${PATHS[source].replace('?', '\\?')}: 404 Not Found; .*(reading.source|net/http/pprof)`,
      );
      expect(asked).to.deep.equal([PATHS[source], PATHS[source]]);
    });
  }

  it('tells the problem of each source where none works', async () => {
    const { url } = await target();
    await expectFailure(
      readerOf(url).read(0, signal),
      'status',
      `^${url}: no source gives a reading: /metrics: 404 Not Found; .* \\| /debug/vars: 404 Not Found; .* \\| /debug/pprof/heap\\?debug=1: 404 Not Found; import _ "net/http/pprof"`,
    );
  });

  it('says of a page what was seen, and where', async () => {
    const { url } = resources.add(await serve((_request, response) => response.end('<html>')));
    await expectFailure(
      readerOf(url, 'expvar').read(0, signal),
      'content',
      `^${url}/debug/vars: not the JSON of expvar but HTML`,
    );
  });

  it('does not try other sources where nobody listens at all', async () => {
    const url = await unusedUrl();
    await expectFailure(readerOf(url).read(0, signal), 'refused', `^${url}/metrics: [^|]*$`);
  });

  it('bounds a page at 16 MiB', async () => {
    const { url } = resources.add(
      await serve((_request, response) => {
        response.writeHead(200, { 'content-length': String(16 * 2 ** 20 + 1) });
        response.flushHeaders();
      }),
    );
    await expectFailure(
      readerOf(url, 'pprof').read(0, signal),
      'too_large',
      'bound of 16MiB, it announces 16MiB; look for what makes it so large$',
    );
  });

  for (const source of ['metrics', 'expvar', 'pprof'] as const) {
    it(`reads ${source} of a real Go program`, async function () {
      this.timeout(120_000);
      await needGo(this);
      const flags = ['metrics', 'expvar', 'pprof'].map((name) => `-${name}=${name === source}`);
      const program = await startProgram(await buildGo('readings'), flags);
      try {
        const reading = await readerOf(program.url).read(7, signal);
        expect(reading).to.include({ at: 7, source });
        expect(reading.heapInuseBytes).to.be.within(100_000, 50_000_000);
        expect(reading.heapAllocBytes).to.be.within(10_000, reading.heapInuseBytes);
        expect(reading.sysBytes).to.be.above(reading.heapInuseBytes);
        expect(reading.gcCount).to.be.at.least(1);
      } finally {
        await program.stop();
      }
    });
  }
});
