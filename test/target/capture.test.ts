import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { CaptureSettings } from '../../src/config/config.ts';
import { captureHeap } from '../../src/target/capture.ts';
import { createHttpClient } from '../../src/target/http-client.ts';
import { buildGo, needGo, startProgram } from '../support/go.ts';
import { httpConfig } from '../support/http-config.ts';
import { expectFailure } from '../support/http-requests.ts';
import { serve } from '../support/http-server.ts';
import { Resources } from '../support/resources.ts';

const SETTINGS: CaptureSettings = {
  intervalMs: 60_000,
  baselineIntervalMs: 600_000,
  timeoutMs: 5_000,
  maxBytes: 1_048_576,
  gc: 'never',
};

describe('captureHeap', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());

  const capture = (
    url: string,
    given: { forceGc?: boolean; settings?: Partial<CaptureSettings> } = {},
  ): Promise<Uint8Array> => {
    const client = resources.add(createHttpClient(httpConfig()));
    const options = { forceGc: given.forceGc ?? false, signal: new AbortController().signal };
    return captureHeap(client, { url, capture: { ...SETTINGS, ...given.settings } }, options);
  };
  const answering = async (listener: RequestListener): Promise<string> =>
    resources.add(await serve(listener)).url;

  it('keeps exactly the bytes sent', async () => {
    const bytes = gzipSync('profile');
    const url = await answering((_request, response) => response.end(bytes));
    expect(Buffer.from(await capture(url)).equals(bytes)).to.equal(true);
  });

  it('asks under the prefix of the URL, and for a GC only when told to', async () => {
    const asked: (string | undefined)[] = [];
    const url = await answering((request, response) => {
      asked.push(request.url);
      response.end('bytes');
    });
    await capture(`${url}/prefix`);
    await capture(url, { forceGc: true });
    expect(asked).to.deep.equal(['/prefix/debug/pprof/heap', '/debug/pprof/heap?gc=1']);
  });

  it('fetches a profile of a real Go program, and has it collect before', async function () {
    this.timeout(120_000);
    await needGo(this);
    const program = await startProgram(await buildGo('readings'));
    try {
      const bytes = await capture(program.url, { forceGc: true });
      expect([bytes[0], bytes[1]]).to.deep.equal([0x1f, 0x8b]);
    } finally {
      await program.stop();
    }
  });

  const page = '<!DOCTYPE html><title>Sign in</title>';
  for (const [what, status, headers, body, kind, message] of [
    [
      'a service without pprof',
      404,
      { 'content-type': 'text/plain' },
      '404 page not found\n',
      'status',
      '/debug/pprof/heap: 404 Not Found \\("404 page not found"\\); net/http/pprof is not served there: import _ "net/http/pprof"',
    ],
    [
      'what pprof itself says, cleaned and cut',
      500,
      { 'content-type': 'text/plain; charset=utf-8', 'x-go-pprof': '1' },
      `Could not\u001b[2J enable:\n${'x'.repeat(1_000)}`,
      'status',
      'heap: 500 Internal Server Error \\(pprof says "Could not \\[2J enable: x{50,70}…"\\); look into',
    ],
    ['a missing login', 401, {}, '', 'auth', '401 Unauthorized; check http.basic_auth'],
    ['a forbidden place', 403, {}, '', 'auth', '403 Forbidden; check http.basic_auth'],
    [
      'a proxy without credentials',
      407,
      {},
      '',
      'auth',
      '407 Proxy Authentication Required; check the credentials in http.proxy_url',
    ],
    [
      'a redirect, and its place without its query',
      302,
      { location: 'https://user:hunter2@login.test/in?token=hunter2' },
      '',
      'redirect',
      '302 Found to "https://login.test/in"; let url point .* set http.follow_redirects: true',
    ],
    ['an unknown status', 599, {}, '', 'status', 'heap: 599; look into the log'],
    [
      'a page of HTML with status 200',
      200,
      { 'content-type': 'text/html; charset=utf-8' },
      page,
      'content',
      'not a heap profile but HTML \\("<!DOCTYPE html><title>Sign in</title>"\\)',
    ],
    ['HTML that does not say so', 200, {}, page, 'content', 'not a heap profile but HTML'],
    ['an empty answer', 200, {}, '', 'content', 'not a heap profile but an empty page'],
  ] as const) {
    it(`tells ${what}, with what to do`, async () => {
      const url = await answering((_request, response) => {
        response.writeHead(status, headers).end(body);
      });
      await expectFailure(capture(url), kind, message);
    });
  }

  it('names the settings that bound it', async () => {
    const url = await answering((request, response) => {
      if (request.url === '/large/debug/pprof/heap') response.end(Buffer.alloc(2_000));
    });
    await expectFailure(
      capture(`${url}/large`, { settings: { maxBytes: 1_024 } }),
      'too_large',
      'over the bound of 1KiB.*; raise capture.max_bytes, or look for what makes it so large$',
    );
    await expectFailure(
      capture(url, { settings: { timeoutMs: 50 } }),
      'timeout',
      'within 50ms; raise capture.timeout, or look for what holds the answer up$',
    );
  });
});
