import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { Secret } from '../../src/config/secret.ts';
import { createHttpClient, type HttpClient } from '../../src/target/http-client.ts';
import { httpConfig } from '../support/http-config.ts';
import { asked, expectFailure, textOf } from '../support/http-requests.ts';
import { serve, type TestServer } from '../support/http-server.ts';
import { Resources } from '../support/resources.ts';

describe('a redirect', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());

  const client = (followRedirects: boolean): HttpClient =>
    resources.add(
      createHttpClient(
        httpConfig({
          followRedirects,
          headers: { 'X-Key': Secret.of('hunter2') },
          authorization: { type: 'Bearer', credentials: Secret.of('hunter2') },
        }),
      ),
    );

  /** Answers `/to/STATUS?URL` with a redirect, anything else with what it was asked. */
  const redirector = async (): Promise<TestServer> =>
    resources.add(
      await serve((request, response) => {
        const [, status, location] = /^\/to\/(\d+)\?(.*)/.exec(request.url ?? '') ?? [];
        if (status === undefined || location === undefined)
          void tell(request).then((line) => response.end(line));
        else response.writeHead(Number(status), { location: decodeURIComponent(location) }).end();
      }),
    );
  const tell = async (request: IncomingMessage): Promise<string> => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const { authorization, 'x-key': key, accept } = request.headers;
    return [request.method, request.url, authorization, key, accept, body].join(' ');
  };
  const to = (server: TestServer, status: number, location: string): string =>
    `${server.url}/to/${status}?${encodeURIComponent(location)}`;

  it('is an answer like any other where none is to be followed', async () => {
    const server = await redirector();
    const answer = await client(false).request(asked(to(server, 302, '/end')));
    expect(answer.status).to.equal(302);
    expect(answer.headers['location']).to.equal('/end');
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`of ${status} is followed with everything within an origin`, async () => {
      const server = await redirector();
      const answer = await client(true).request(asked(to(server, status, '/end?a=1')));
      expect(textOf(answer)).to.equal('GET /end?a=1 Bearer hunter2 hunter2  ');
    });
  }

  it('takes no credentials and no custom header to another origin, but what is asked for', async () => {
    const [server, other] = [await redirector(), await redirector()];
    const url = to(server, 302, `${other.url.replace('://', '://u:p@')}/end`);
    const headers = { Accept: 'text/plain', 'X-Of-Request': 'hunter2' };
    expect(textOf(await client(true).request(asked(url, { headers })))).to.equal(
      'GET /end   text/plain ',
    );
  });

  it('takes none back either, once it left', async () => {
    const [server, other] = [await redirector(), await redirector()];
    const url = to(server, 302, to(other, 302, `${server.url}/end`));
    expect(textOf(await client(true).request(asked(url)))).to.equal('GET /end    ');
  });

  for (const [status, seen] of [
    [301, 'GET /end'],
    [302, 'GET /end'],
    [303, 'GET /end'],
    [307, 'POST /end Bearer hunter2 hunter2  body'],
    [308, 'POST /end Bearer hunter2 hunter2  body'],
  ] as const) {
    it(`of ${status} makes of a POST a ${seen.split(' ')[0]}`, async () => {
      const server = await redirector();
      const request = asked(to(server, status, '/end'), { method: 'POST', body: 'body' });
      expect(textOf(await client(true).request(request))).to.satisfy((line: string) =>
        line.startsWith(seen),
      );
    });
  }

  it('is followed five times and no more', async () => {
    const server = await redirector();
    const chain = (length: number): string =>
      length === 0 ? '/end' : to(server, 302, chain(length - 1)).replace(server.url, '');
    const answer = await client(true).request(asked(server.url + chain(5)));
    expect(textOf(answer)).to.match(/^GET \/end/);
    await expectFailure(
      client(true).request(asked(server.url + chain(6))),
      'redirect',
      'more than 5 redirects',
    );
  });

  it('shares the one bound on time with the request', async () => {
    const server = await redirector();
    const hanging = resources.add(await serve(() => undefined));
    const url = to(server, 302, hanging.url);
    await expectFailure(
      client(true).request(asked(url, { timeoutMs: 100 })),
      'timeout',
      `^${server.url}: no whole answer within 100ms`,
    );
  });

  it('to anything but http and https is refused, without saying where to', async () => {
    const server = await redirector();
    for (const location of ['file:///hunter2', 'http://hunter2:x:y/']) {
      const answer = client(true).request(asked(to(server, 302, location)));
      await expectFailure(
        answer,
        'redirect',
        '302 redirects to what is no http:// or https:// URL',
      );
    }
  });
});
