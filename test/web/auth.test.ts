import { request as tlsRequest } from 'node:https';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { systemClock } from '../../src/runtime/clock.ts';
import { createApp } from '../../src/web/app.ts';
import type { BasicAuthUsers } from '../../src/web/auth.ts';
import { createPictures } from '../../src/picture/pictures.ts';
import { startWeb } from '../../src/web/server.ts';
import type { Web, WebOptions } from '../../src/web/server.ts';
import { dashboardOf, silentLog } from './values.ts';

const TLS = join(import.meta.dirname, '../../../fixtures/tls');
const users = { ada: hashSync('s3cret:ü', 4), bob: hashSync('other', 4) };

describe('who may ask', () => {
  let web: Web | undefined;
  let reloads = 0;
  const pictures = createPictures();

  afterEach(() => web?.close());
  after(() => pictures.close());

  async function serve(options: Partial<WebOptions>): Promise<string> {
    reloads = 0;
    const reload = () => {
      reloads += 1;
      return Promise.resolve({ ok: true } as const);
    };
    const dashboard = dashboardOf({ reload });
    web = await startWeb({ host: '127.0.0.1', port: 0, ...options }, dashboard, silentLog);
    return web.url;
  }

  const as = (user: string, password: string) => ({
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
  });

  it('is anyone who reaches the page where no users are named', async () => {
    expect((await fetch(await serve({}))).status).to.equal(200);
  });

  it('is one of the users, by the password of that user, on every path', async () => {
    const url = await serve({ basicAuthUsers: users });
    for (const path of ['/', '/metrics', '/api/v1/targets', '/-/healthy', '/style.css']) {
      const refused = await fetch(url + path);
      expect([refused.status, refused.headers.get('www-authenticate')], path).to.deep.equal([
        401,
        'Basic realm="heapwarden", charset="UTF-8"',
      ]);
      expect((await fetch(url + path, as('ada', 's3cret:ü'))).status, path).to.equal(200);
      expect((await fetch(url + path, as('ada', 's3cret:ü'))).status, path).to.equal(200);
    }
    for (const [user, password] of [
      ['ada', 'other'],
      ['ada', ''],
      ['eve', 'other'],
      ['__proto__', 'other'],
      ['', ''],
    ] as const) {
      expect((await fetch(url, as(user, password))).status, user).to.equal(401);
    }
    for (const authorization of ['Basic', 'Basic !', 'Bearer x', `Basic ${btoa('ada')}`]) {
      expect((await fetch(url, { headers: { authorization } })).status).to.equal(401);
    }
  });

  it('has to be a user to change something where the page is reached from elsewhere', async () => {
    const reload = async (given: BasicAuthUsers, host: string, headers = {}) => {
      const address = { host: '10.0.0.7', externalUrl: undefined };
      const parts = { dashboard: dashboardOf({}), clock: systemClock, log: silentLog, pictures };
      const app = createApp({ ...parts, address, users: given });
      const path = `http://${host}/-/reload`;
      return app.request(path, { method: 'POST', headers: { host, ...headers } });
    };
    const refused = await reload({}, '10.0.0.7:9899');
    expect(refused.status).to.equal(403);
    expect(await refused.text()).to.contain('set web.basic_auth_users');
    expect((await reload({}, 'localhost')).status).to.equal(403);
    expect((await reload(users, '10.0.0.7:9899')).status).to.equal(401);
    const bob = await reload(users, '10.0.0.7:9899', as('bob', 'other').headers);
    expect(bob.status).to.equal(200);
  });

  it('counts what comes through a proxy under another name as from elsewhere', async () => {
    const url = await serve({ externalUrl: 'https://leaks.example.com' });
    const post = async (host: string) => {
      const sent = request(`${url}/-/reload`, { method: 'POST', headers: { host } });
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await post('leaks.example.com')).to.equal(403);
    expect(await post(new URL(url).host)).to.equal(200);
    expect(reloads).to.equal(1);
  });

  it('is served by HTTPS alone where a certificate is named', async () => {
    const tls = { certFile: join(TLS, 'server.pem'), keyFile: join(TLS, 'server.key') };
    const url = await serve({ tls });
    expect(url).to.match(/^https:/);
    const sent = tlsRequest(url, { ca: await readFile(join(TLS, 'ca.pem')) });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).to.equal(200);
    let plain = '';
    await fetch(url.replace('https', 'http')).catch((error: unknown) => (plain = String(error)));
    expect(plain).to.contain('fetch failed');
  });

  it('says which certificate cannot be used, and why', async () => {
    const tls = { certFile: '/nowhere/a.pem', keyFile: '/nowhere/a.key' };
    let said = '';
    await serve({ tls }).catch((error: unknown) => (said = String(error)));
    expect(said).to.match(/^Error: web\.tls_config: cannot serve with \/nowhere\/a\.pem/);
    expect(said).to.contain('ENOENT');
  });
});
