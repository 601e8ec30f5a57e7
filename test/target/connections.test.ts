import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect } from 'chai';
import { Secret } from '../../src/config/secret.ts';
import { createHttpClient, type HttpClient } from '../../src/target/http-client.ts';
import { httpConfig } from '../support/http-config.ts';
import { serveProxy } from '../support/http-proxy.ts';
import { asked, expectFailure, textOf } from '../support/http-requests.ts';
import { serve, serveTls, tlsFile, unusedUrl } from '../support/http-server.ts';
import { Resources } from '../support/resources.ts';

const ok: RequestListener = (_request, response) => response.end('ok');
const ca = { caFile: tlsFile('ca.pem') };
const certificate = { certFile: tlsFile('client.pem'), keyFile: tlsFile('client.key') };

/** Answers with the name in the client's certificate. */
const peerName: RequestListener = (request, response) => {
  const { subject } = (request.socket as TLSSocket).getPeerCertificate();
  response.end(subject?.CN ?? 'nobody');
};
const askingForCertificate = { requestCert: true, rejectUnauthorized: false };

describe('connections', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());

  const clientWith = (given: Parameters<typeof httpConfig>[0]): HttpClient =>
    resources.add(createHttpClient(httpConfig(given)));

  describe('over TLS', () => {
    it('trust the authority they are given', async () => {
      const { url } = resources.add(await serveTls(ok));
      expect(textOf(await clientWith({ tls: ca }).request(asked(url)))).to.equal('ok');
    });

    it('trust nobody else, and say so', async () => {
      const known = resources.add(await serveTls(ok));
      const unknown = resources.add(await serveTls(ok, { certificate: 'unknown' }));
      for (const [url, tls] of [
        [known.url, {}],
        [unknown.url, ca],
      ] as const) {
        await expectFailure(
          clientWith({ tls }).request(asked(url)),
          'tls',
          `^${url}: .*certificate.*; check the scheme, ca_file`,
        );
      }
    });

    it('trust anybody where they are told to skip the check', async () => {
      const { url } = resources.add(await serveTls(ok, { certificate: 'unknown' }));
      const tls = { insecureSkipVerify: true };
      expect(textOf(await clientWith({ tls }).request(asked(url)))).to.equal('ok');
    });

    it('hold the certificate against the server name, where one is given', async () => {
      const { url } = resources.add(await serveTls(ok));
      const named = clientWith({ tls: { ...ca, serverName: 'target.test' } });
      expect(textOf(await named.request(asked(url)))).to.equal('ok');
      const misnamed = clientWith({ tls: { ...ca, serverName: 'other.test' } });
      await expectFailure(misnamed.request(asked(url)), 'tls', 'other.test');
    });

    it('show their certificate, and are refused without one', async () => {
      const strict = { requestCert: true, ca: readFileSync(tlsFile('ca.pem')) };
      const { url } = resources.add(await serveTls(peerName, strict));
      const client = clientWith({ tls: { ...ca, ...certificate } });
      expect(textOf(await client.request(asked(url)))).to.equal('heapwarden');
      await expectFailure(
        clientWith({ tls: ca }).request(asked(url)),
        'network',
        'client certificate',
      );
    });

    it('do not show their certificate to where they are redirected', async () => {
      const other = resources.add(await serveTls(peerName, askingForCertificate));
      const { url } = resources.add(
        await serveTls((_request, response) => {
          response.writeHead(302, { location: other.url }).end();
        }),
      );
      const client = clientWith({ followRedirects: true, tls: { ...ca, ...certificate } });
      expect(textOf(await client.request(asked(url)))).to.equal('nobody');
      expect(textOf(await client.request(asked(other.url)))).to.equal('heapwarden');
    });

    it('take up a renewed file at the next request', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'heapwarden-'));
      const caFile = join(folder, 'ca.pem');
      const { url } = resources.add(await serveTls(ok));
      const client = clientWith({ tls: { caFile } });
      await copyFile(tlsFile('unknown.pem'), caFile);
      await expectFailure(client.request(asked(url)), 'tls', 'certificate');
      await copyFile(tlsFile('ca.pem'), caFile);
      expect(textOf(await client.request(asked(url)))).to.equal('ok');
      await copyFile(tlsFile('unknown.pem'), caFile);
      await expectFailure(client.request(asked(url)), 'tls', 'certificate');
      await rm(folder, { recursive: true });
    });

    it('name the file that cannot be read, and tell one that is no certificate', async () => {
      const { url } = resources.add(await serveTls(ok));
      await expectFailure(
        clientWith({ tls: { caFile: '/nowhere/ca.pem' } }).request(asked(url)),
        'config',
        'tls_config.ca_file: cannot be read, .*/nowhere/ca.pem',
      );
      const broken = { certFile: tlsFile('make.sh'), keyFile: tlsFile('make.sh') };
      await expectFailure(clientWith({ tls: broken }).request(asked(url)), 'tls', 'PEM');
    });

    it('say that a server speaks no TLS', async () => {
      const { url } = resources.add(await serve(ok));
      const answer = clientWith({}).request(asked(url.replace('http:', 'https:')));
      await expectFailure(answer, 'tls', '; check the scheme');
    });
  });

  describe('through a proxy', () => {
    const credentials = 'user:hunter2';
    const through = (url: string, more: Parameters<typeof httpConfig>[0] = {}): HttpClient =>
      clientWith({ proxyUrl: Secret.of(url), ...more });
    const withUserinfo = (url: string): string => url.replace('://', `://${credentials}@`);

    it('reach http by its whole URL and https by a tunnel, with the credentials of the proxy', async () => {
      const proxy = resources.add(await serveProxy(credentials));
      const plain = resources.add(await serve(ok));
      const secure = resources.add(await serveTls(ok));
      const client = through(withUserinfo(proxy.url), { tls: ca });
      expect(textOf(await client.request(asked(`${plain.url}/a`)))).to.equal('ok');
      expect(textOf(await client.request(asked(`${secure.url}/b`)))).to.equal('ok');
      expect(proxy.passed).to.deep.equal([
        `GET ${plain.url}/a`,
        `CONNECT ${new URL(secure.url).host}`,
      ]);
    });

    it('are refused without the right credentials, which no message tells', async () => {
      const proxy = resources.add(await serveProxy('user:other'));
      const plain = resources.add(await serve(ok));
      const secure = resources.add(await serveTls(ok));
      for (const { url } of [plain, secure]) {
        await expectFailure(
          through(withUserinfo(proxy.url), { tls: ca }).request(asked(url)),
          'auth',
          '407.*; check basic_auth, authorization and proxy_url',
        );
      }
      expect(proxy.passed).to.deep.equal([]);
    });

    it('take up a changed proxy at the next request', async () => {
      const proxy = resources.add(await serveProxy());
      const { url } = resources.add(await serve(ok));
      const addresses = [await unusedUrl(), proxy.url];
      const secret = Secret.of('');
      secret.read = () => Promise.resolve(addresses.shift() ?? '');
      const client = clientWith({ proxyUrl: secret });
      await expectFailure(client.request(asked(url)), 'refused', 'ECONNREFUSED');
      expect(textOf(await client.request(asked(url)))).to.equal('ok');
    });

    it('keep the trust of TLS with the target', async () => {
      const proxy = resources.add(await serveProxy());
      const { url } = resources.add(await serveTls(ok, { certificate: 'unknown' }));
      await expectFailure(
        through(proxy.url, { tls: ca }).request(asked(url)),
        'tls',
        'certificate',
      );
    });

    it('tell a target that the proxy cannot reach', async () => {
      const proxy = resources.add(await serveProxy());
      const url = (await unusedUrl()).replace('http:', 'https:');
      await expectFailure(through(proxy.url).request(asked(url)), 'network', '502');
    });

    it('refuse a proxy that is no URL of http, without telling it', async () => {
      for (const url of ['hunter2', 'socks5://user:hunter2@host:1080']) {
        await expectFailure(
          through(url).request(asked('http://127.0.0.1:1')),
          'config',
          'proxy_url: not an http:// or https:// URL; write one',
        );
      }
    });
  });
});
