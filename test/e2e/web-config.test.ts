import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { Agent, fetch as undiciFetch } from 'undici';
import { startDaemon } from '../support/daemon.ts';
import type { RunningDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const TLS = join(import.meta.dirname, '../../../fixtures/tls');

/** Nothing listens at the target; the page is there without. */
const config = (web: string) => `
web: ${web}
targets: [{ name: shop, url: 'http://127.0.0.1:9' }]
route: { receiver: oncall }
receivers: [{ name: oncall, webhook_configs: [{ url: 'http://127.0.0.1:9' }] }]
`;

describe('the web configuration of a real daemon', function () {
  this.timeout(60_000);
  let folder: string;
  let daemon: RunningDaemon | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-web-'));
    await writeFile(join(folder, 'users'), `# who may look\nada:${hashSync('s3cret', 4)}\n`);
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
  });
  after(() => rm(folder, { recursive: true }));

  it('asks for a user of its file, over TLS with its certificate', async () => {
    const trusting = new Agent({ connect: { ca: await readFile(join(TLS, 'ca.pem')) } });
    const as = (password?: string, method = 'GET') => ({
      method,
      dispatcher: trusting,
      headers:
        password === undefined
          ? {}
          : { authorization: `Basic ${Buffer.from(`ada:${password}`).toString('base64')}` },
    });
    const web = `{ listen_address: 127.0.0.1:0, basic_auth_users_file: users, tls_config: { cert_file: ${join(TLS, 'server.pem')}, key_file: ${join(TLS, 'server.key')} } }`;
    daemon = await startDaemon(config(web), folder, {
      ask: (url) => undiciFetch(url, as('s3cret')) as unknown as Promise<Response>,
    });
    expect(daemon.url).to.match(/^https:\/\/127\.0\.0\.1:\d+$/);
    const statusOf = async (path: string, given: ReturnType<typeof as>) => {
      const response = await undiciFetch(`${daemon!.url}${path}`, given);
      await response.text();
      return response.status;
    };
    for (const path of ['/', '/metrics', '/api/v1/targets', '/-/healthy']) {
      expect(await statusOf(path, as()), path).to.equal(401);
      expect(await statusOf(path, as('wrong')), path).to.equal(401);
      expect(await statusOf(path, as('s3cret')), path).to.equal(200);
    }
    expect(await statusOf('/-/reload', as(undefined, 'POST'))).to.equal(401);
    expect(await statusOf('/-/reload', as('s3cret', 'POST'))).to.equal(200);
    const status = await daemon.api<unknown>('/api/v1/status');
    expect(JSON.stringify(status)).to.contain('"basicAuthUsersFile":"<secret>"');
    const untrusting = await undiciFetch(daemon.url).then(String, (error: Error) => error.cause);
    expect(String(untrusting)).to.match(/unable to verify|self-signed|UNABLE_TO_VERIFY/);
    await trusting.close();
  });

  it('says that another file of users takes a restart', async () => {
    const users = (file: string) =>
      config(`{ listen_address: 127.0.0.1:0, basic_auth_users_file: ${file} }`);
    const headers = { authorization: `Basic ${btoa('ada:s3cret')}` };
    daemon = await startDaemon(users('users'), folder, { ask: (url) => fetch(url, { headers }) });
    const reload = async (text: string) => {
      await writeFile(join(folder, 'heapwarden.yaml'), text);
      await fetch(`${daemon!.url}/-/reload`, { method: 'POST', headers });
      return daemon!.lines().filter(({ msg }) => /only after a restart/.test(msg ?? ''));
    };
    expect(await reload(users('users'))).to.deep.equal([]);
    const warned = await until('the warning', 10_000, async () =>
      (await reload(users('others'))).at(-1),
    );
    expect(warned['changed']).to.deep.equal(['web.basic_auth_users_file']);
    const again = await fetch(`${daemon.url}/-/reload`, { method: 'POST', headers });
    expect(await again.text(), 'until it is restarted').to.contain('web.basic_auth_users_file');
  });

  it('lets nobody change anything without users where it listens to others, nor another site anywhere', async () => {
    daemon = await startDaemon(config('{ listen_address: ":0" }'), folder, {
      ask: (url) => fetch(loopback(url)),
    });
    const open = loopback(daemon.url);
    expect((await fetch(open)).status).to.equal(200);
    for (const path of ['/-/reload', '/api/v1/silences', '/targets/shop/read']) {
      const refused = await fetch(`${open}${path}`, { method: 'POST' });
      expect(refused.status, path).to.equal(403);
      expect(await refused.text()).to.contain('set web.basic_auth_users');
    }
    await daemon.stop();
    daemon = await startDaemon(config('{ listen_address: 127.0.0.1:0 }'), folder);
    const reload = async (headers: Record<string, string>) =>
      (await fetch(`${daemon!.url}/-/reload`, { method: 'POST', headers })).status;
    expect(await reload({ origin: 'https://evil.example.com' })).to.equal(403);
    expect(await reload({ 'sec-fetch-site': 'cross-site' })).to.equal(403);
    expect(await reload({ origin: daemon.url })).to.equal(200);
  });
});

/** Listening on all addresses it tells the name of the machine, which need not resolve here. */
function loopback(url: string): string {
  return `http://127.0.0.1:${new URL(url).port}`;
}
