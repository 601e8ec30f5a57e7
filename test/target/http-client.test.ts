import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Secret } from '../../src/config/secret.ts';
import { createHttpClient } from '../../src/target/http-client.ts';
import type { HttpClient } from '../../src/target/http-client.ts';
import { TargetError } from '../../src/target/target-error.ts';
import { httpConfig } from '../support/http-config.ts';
import { serve, serveRaw, unusedUrl, type TestServer } from '../support/http-server.ts';
import { asked, expectFailure, failureOf, textOf } from '../support/http-requests.ts';
import { Resources } from '../support/resources.ts';

const KIB = 1024;
const ANSWERS_KEPT = join(import.meta.dirname, '../support/answers-kept.js');

describe('createHttpClient', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());

  const clientWith = (given: Parameters<typeof httpConfig>[0] = {}): HttpClient =>
    resources.add(createHttpClient(httpConfig(given)));
  const server = async (listener: RequestListener): Promise<TestServer> =>
    resources.add(await serve(listener));

  describe('asks', () => {
    it('for the bytes as they are, and hands them over with status and headers', async () => {
      let seen: IncomingHttpHeaders = {};
      const bytes = gzipSync('profile');
      const { url } = await server((request, response) => {
        seen = request.headers;
        response.writeHead(200, {
          'Content-Type': 'application/octet-stream',
          'X-Two': ['a', 'b'],
        });
        response.end(bytes);
      });
      const answer = await clientWith().request(asked(`${url}/debug/pprof/heap`));
      expect(answer.status).to.equal(200);
      expect(Buffer.from(answer.body).equals(bytes)).to.equal(true);
      expect(answer.headers).to.include({
        'content-type': 'application/octet-stream',
        'x-two': 'a, b',
      });
      expect(seen).to.include({ 'accept-encoding': 'identity', 'user-agent': 'heapwarden' });
    });

    it('by POST with a body, and tells Retry-After of a refusal', async () => {
      const { url } = await server((request, response) => {
        request.setEncoding('utf8').on('data', (body: string) => {
          response.writeHead(503, { 'Retry-After': '30' });
          response.end(`${request.method} ${request.headers['content-type']} ${body}`);
        });
      });
      const headers = { 'Content-Type': 'application/json' };
      const answer = await clientWith().request(
        asked(url, { method: 'POST', headers, body: '{}' }),
      );
      expect(answer.status).to.equal(503);
      expect(answer.headers['retry-after']).to.equal('30');
      expect(textOf(answer)).to.equal('POST application/json {}');
    });

    it('and lets go of an answer with the next small collections, which cost little', async () => {
      // Without threads of the collector, and without machine code, for which what lives on by chance is moved.
      const flags = ['--expose-gc', '--single-threaded-gc', '--no-opt'];
      const { stdout } = await promisify(execFile)(process.execPath, [...flags, ANSWERS_KEPT]);
      const { ours, bare } = JSON.parse(stdout) as Record<'ours' | 'bare', number>;
      expect(ours - bare).to.be.below(5);
    });

    it('one thing at a time, over one connection that is kept', async () => {
      let running = 0;
      let most = 0;
      const target = await server((_request, response) => {
        running += 1;
        most = Math.max(most, running);
        setImmediate(() => {
          running -= 1;
          response.end('ok');
        });
      });
      const client = clientWith();
      await Promise.all(Array.from({ length: 20 }, () => client.request(asked(target.url))));
      expect(most).to.equal(1);
      expect(target.connections()).to.equal(1);
    });

    it('where each URL leads, and not where the one before did', async () => {
      const [one, other] = await Promise.all(
        ['one', 'other'].map((name) => server((_, response) => response.end(name))),
      );
      const client = clientWith();
      const answers: string[] = [];
      for (const to of [one, other, one])
        answers.push(textOf(await client.request(asked(to?.url ?? ''))));
      expect(answers).to.deep.equal(['one', 'other', 'one']);
    });

    it('again where a kept connection was just closed by the server', async () => {
      let requests = 0;
      const target = await server((request, response) => {
        requests += 1;
        if (requests === 2) request.socket.destroy();
        else response.end('ok');
      });
      const client = clientWith();
      await client.request(asked(target.url));
      expect((await client.request(asked(target.url))).status).to.equal(200);
      expect([requests, target.connections()]).to.deep.equal([3, 2]);
    });

    it('only once by POST, where asking again could do a thing twice', async () => {
      let requests = 0;
      const { url } = await server((request) => {
        requests += 1;
        request.socket.destroy();
      });
      const answer = clientWith().request(asked(url, { method: 'POST', body: 'x' }));
      await expectFailure(answer, 'network', 'other side closed');
      expect(requests).to.equal(1);
    });
  });

  describe('bounds', () => {
    it('the time of an answer that does not begin', async () => {
      const { url } = await server(() => undefined);
      const answer = clientWith().request(asked(url, { timeoutMs: 60 }));
      await expectFailure(answer, 'timeout', `^${url}: no whole answer within 60ms; look for`);
      const named = clientWith().request(
        asked(url, { timeoutMs: 60, timeoutSetting: 'x.timeout' }),
      );
      await expectFailure(named, 'timeout', `within 60ms; raise x.timeout, or look for`);
    });

    it('the time of an answer that drips and never ends', async () => {
      const { url } = await server((_request, response) => {
        const drip = setInterval(() => response.write('.'), 5);
        response.on('close', () => clearInterval(drip));
      });
      const answer = clientWith().request(asked(url, { timeoutMs: 100 }));
      await expectFailure(answer, 'timeout', 'no whole answer within 100ms');
    });

    it('the time of a TLS handshake that nobody answers', async () => {
      const target = resources.add(await serveRaw(() => undefined));
      const url = target.url.replace('http:', 'https:');
      await expectFailure(
        clientWith().request(asked(url, { timeoutMs: 60 })),
        'timeout',
        'no whole answer within 60ms',
      );
    });

    it('the time of a request from when it starts, not from when it began to wait', async () => {
      const { url } = await server((request, response) => {
        if (request.url === '/fast') response.end('ok');
      });
      const client = clientWith();
      const hanging = client.request(asked(`${url}/hangs`, { timeoutMs: 600 }));
      const waiting = client.request(asked(`${url}/fast`, { timeoutMs: 500 }));
      await expectFailure(hanging, 'timeout', 'within 600ms');
      expect(textOf(await waiting)).to.equal('ok');
    });

    it('a body by its announced length, before any of it comes', async () => {
      const { url } = await server((_request, response) => {
        response.writeHead(200, { 'content-length': String(65 * KIB) });
        response.flushHeaders();
      });
      await expectFailure(
        clientWith().request(asked(url)),
        'too_large',
        `^${url}: the answer is over the bound of 64KiB, it announces 65KiB; `,
      );
    });

    it('a body without end as soon as too much has come', async () => {
      const { url } = await server((_request, response) => {
        const block = Buffer.alloc(16 * KIB);
        // Where the other side has gone a write fails at once, before `destroyed` can be true.
        const more = (error?: Error | null): void => {
          if (!error && !response.destroyed) response.write(block, more);
        };
        more();
      });
      await expectFailure(clientWith().request(asked(url)), 'too_large', 'more came');
    });

    it('what headers may cost', async () => {
      const { url } = await server((_request, response) => {
        response.writeHead(200, { 'x-large': 'x'.repeat(40 * KIB) }).end();
      });
      await expectFailure(
        clientWith().request(asked(url)),
        'too_large',
        'Overflow.*; look for what makes the header of the answer so large$',
      );
    });

    it('what a packed body may unpack to', async () => {
      const { url } = await server((_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1e7)));
      });
      await expectFailure(
        clientWith().request(asked(url)),
        'too_large',
        'over the bound of 64KiB, its gzip unpacks to more',
      );
    });

    it('the wait of a caller who gives up, also in a handshake', async () => {
      const target = resources.add(await serveRaw(() => undefined));
      for (const scheme of ['http:', 'https:']) {
        const giveUp = new AbortController();
        const url = target.url.replace('http:', scheme);
        const answer = clientWith().request(asked(url, { signal: giveUp.signal }));
        setImmediate(() => giveUp.abort());
        await expectFailure(answer, 'aborted', 'given up');
      }
    });

    it('a request that was given up before it began, which asks nothing', async () => {
      const target = await server((_request, response) => response.end());
      const answer = clientWith().request(asked(target.url, { signal: AbortSignal.abort() }));
      await expectFailure(answer, 'aborted', 'given up');
      expect(target.connections()).to.equal(0);
    });
  });

  describe('survives', () => {
    it('any of these failures: the next request gets its answer', async () => {
      let broken = true;
      const { url } = await server((request, response) => {
        if (!broken) response.end('ok');
        else if (request.url === '/reset') request.socket.resetAndDestroy();
        else if (request.url === '/large') response.end(Buffer.alloc(65 * KIB));
      });
      const client = clientWith();
      for (const path of ['/hangs', '/reset', '/large']) {
        broken = true;
        await failureOf(client.request(asked(url + path, { timeoutMs: 60 })));
        broken = false;
        expect(textOf(await client.request(asked(url + path)))).to.equal('ok');
      }
    });

    for (const [what, answer, message] of [
      ['a body shorter than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort', ''],
      [
        'a chunked body cut off',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
        '',
      ],
      ['what is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'Expected HTTP'],
      ['no answer at all', '', 'other side closed'],
    ] as const) {
      it(`${what}, told as a broken connection`, async () => {
        const target = resources.add(
          await serveRaw((socket) => socket.once('data', () => socket.end(answer))),
        );
        await expectFailure(clientWith().request(asked(target.url)), 'network', message);
      });
    }

    it('a connection reset in the middle of a body', async () => {
      const { url } = await server((request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('x'.repeat(10), () => request.socket.resetAndDestroy());
      });
      await expectFailure(clientWith().request(asked(url)), 'network', `^${url}: `);
    });

    it('a port where nobody listens', async () => {
      const url = await unusedUrl();
      await expectFailure(
        clientWith().request(asked(`${url}/x`)),
        'refused',
        `^${url}: .*ECONNREFUSED.*; nobody listens there`,
      );
    });

    it('a URL that is none, without saying it', async () => {
      await expectFailure(
        clientWith().request(asked('ftp://user:hunter2@host/x')),
        'config',
        'not an http:// or https:// URL; write one',
      );
    });

    it('being closed: what is under way ends, and nothing more is asked', async () => {
      const { url } = await server(() => undefined);
      const client = clientWith();
      const answer = failureOf(client.request(asked(url)));
      await new Promise((resolve) => setImmediate(resolve));
      await client.close();
      expect(await answer).to.be.instanceOf(TargetError);
      await expectFailure(client.request(asked(url)), 'aborted', 'given up');
    });
  });

  describe('undoes an encoding that nobody asked for', () => {
    const answering = (headers: Record<string, string>, body: Uint8Array) =>
      server((_request, response) => response.writeHead(200, headers).end(body));

    it('once or twice', async () => {
      const once = await answering({ 'content-encoding': 'gzip' }, gzipSync('x'));
      const twice = await answering(
        { 'content-encoding': 'gzip, x-gzip' },
        gzipSync(gzipSync('x')),
      );
      for (const { url } of [once, twice]) {
        expect(textOf(await clientWith().request(asked(url)))).to.equal('x');
      }
    });

    it('but not the packing of a profile, which is its content', async () => {
      const bytes = gzipSync('x');
      const { url } = await answering({ 'content-encoding': 'identity' }, bytes);
      expect(Buffer.from((await clientWith().request(asked(url))).body)).to.deep.equal(bytes);
    });

    for (const [what, encoding, body] of [
      ['that it does not know', 'zstd', gzipSync('x')],
      ['that the body does not have', 'gzip', Buffer.from('plain')],
      ['that breaks off', 'gzip', gzipSync('x').subarray(0, 12)],
      ['too often', 'gzip, gzip, gzip', gzipSync(gzipSync(gzipSync('x')))],
    ] as const) {
      it(`and refuses one ${what}`, async () => {
        const { url } = await answering({ 'content-encoding': encoding }, body);
        await expectFailure(
          clientWith().request(asked(url)),
          'content',
          `cannot be read as Content-Encoding "${encoding}"`,
        );
      });
    }
  });

  describe('authenticates', () => {
    const echo = () => server((request, response) => response.end(JSON.stringify(request.headers)));
    const headersSeen = async (client: HttpClient, url: string): Promise<IncomingHttpHeaders> =>
      JSON.parse(textOf(await client.request(asked(url)))) as IncomingHttpHeaders;

    it('with a user and a password', async () => {
      const { url } = await echo();
      const basicAuth = { username: 'jörg', password: Secret.of('p:w') };
      const { authorization } = await headersSeen(clientWith({ basicAuth }), url);
      expect(authorization).to.equal(`Basic ${Buffer.from('jörg:p:w').toString('base64')}`);
    });

    it('with a token of any type, and with headers of any name', async () => {
      const { url } = await echo();
      const authorization = { type: 'Bearer', credentials: Secret.of('token') };
      const headers = { 'X-Scope': Secret.of('team-a'), Host: Secret.of('inner.example') };
      expect(await headersSeen(clientWith({ authorization, headers }), url)).to.include({
        authorization: 'Bearer token',
        'x-scope': 'team-a',
        host: 'inner.example',
      });
    });

    it('with the userinfo of a URL', async () => {
      const { url } = await echo();
      const { authorization } = await headersSeen(clientWith(), url.replace('://', '://u:p%40w@'));
      expect(authorization).to.equal(`Basic ${Buffer.from('u:p@w').toString('base64')}`);
    });

    describe('with a secret in a file', () => {
      let folder = '';
      beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'heapwarden-'))));
      afterEach(() => rm(folder, { recursive: true }));

      it('read for each request, so that a rotated one needs no reload', async () => {
        const { url } = await echo();
        const file = join(folder, 'token');
        const client = clientWith({
          authorization: { type: 'Bearer', credentials: Secret.inFile(file) },
        });
        for (const token of ['first', 'second']) {
          await writeFile(file, `${token}\n`);
          expect((await headersSeen(client, url)).authorization).to.equal(`Bearer ${token}`);
        }
      });

      it('and names the place and the file where it cannot be read or sent', async () => {
        const file = join(folder, 'token');
        const { url } = await echo();
        const client = clientWith({ headers: { 'X-Key': Secret.inFile(file) } });
        await expectFailure(
          client.request(asked(url)),
          'config',
          `headers.X-Key: cannot be read, .*ENOENT.*${file}`,
        );
        await writeFile(file, 'hunter2\nhunter2');
        await expectFailure(
          client.request(asked(url)),
          'config',
          'header x-key: its value has a line break',
        );
      });
    });

    it('without a word of it, or of the path of the URL, in any message', async () => {
      const hostile = await server((request, response) => {
        if (request.url?.includes('reset')) request.socket.destroy();
        if (request.url?.includes('redirect')) {
          response.writeHead(302, { location: 'ftp://u:hunter2@host/hunter2?t=hunter2' }).end();
        }
        if (request.url?.includes('large')) response.end(Buffer.alloc(65 * KIB));
        if (request.url?.includes('encoding')) {
          response.writeHead(200, { 'content-encoding': 'hunter2'.slice(0, -1) }).end('x');
        }
      });
      const client = clientWith({
        basicAuth: { username: 'u', password: Secret.of('hunter2') },
        headers: { 'x-key': Secret.of('hunter2') },
        followRedirects: true,
      });
      const base = hostile.url.replace('://', '://u:hunter2@');
      const urls = ['reset', 'redirect', 'large', 'encoding', 'hangs'].map(
        (path) => `${base}/${path}/hunter2?token=hunter2`,
      );
      for (const url of [...urls, (await unusedUrl()).replace('://', '://u:hunter2@')]) {
        const { message } = await failureOf(client.request(asked(url, { timeoutMs: 80 })));
        expect(message).not.to.contain('hunter2');
      }
    });
  });
});
