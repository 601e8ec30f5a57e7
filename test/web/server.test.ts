import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { inBrief } from '../../src/notify/told-incident.ts';
import type { Log } from '../../src/runtime/log.ts';
import { startWeb } from '../../src/web/server.ts';
import type { Web, WebOptions } from '../../src/web/server.ts';
import type { Dashboard } from '../../src/web/status.ts';
import { needGo } from '../support/go.ts';
import { profileBytes } from './profiles.ts';
import { NOW, dashboardOf, incident, sighting, suspect, target, verdict } from './values.ts';

const run = promisify(execFile);
const NASTY = `a/b "ü" <script>alert(1)</script> ' & %2e%2e`;

describe('web server', () => {
  let running: Web[] = [];
  let logged: unknown[] = [];

  beforeEach(() => {
    running = [];
    logged = [];
  });

  afterEach(async () => {
    await Promise.all(running.map((web) => web.close()));
  });

  async function serve(
    parts: Partial<Dashboard>,
    options: Partial<WebOptions> = {},
  ): Promise<string> {
    const clock = { now: () => NOW, sleep: () => Promise.resolve() };
    const web = await startWeb(
      { host: '127.0.0.1', port: 0, clock, ...options },
      dashboardOf(parts),
      recordingLog(logged),
    );
    running.push(web);
    return web.url;
  }

  describe('pages', () => {
    const targets = [
      target({ name: 'calm' }),
      target({
        name: 'checkout-1',
        verdict: verdict('leak', { reason: 'grows by 114MiB/h', suspects: [suspect()] }),
      }),
    ];

    it('shows the worst target first, with its memory, its rate, its end and both reasons', async () => {
      const url = await serve({ targets: () => targets, incidents: () => [incident()] });
      const page = await text(`${url}/`);
      expect(page.indexOf('>checkout-1<')).to.be.lessThan(page.indexOf('>calm<')).and.above(0);
      const [, row = ''] = page.split('>checkout-1<');
      const words = plain(row);
      for (const word of ['1.1GiB', 'of 2GiB', '(55%)', '+114MiB/h', 'limit reached in 8h']) {
        expect(words).to.contain(word);
      }
      expect(words).to.contain('grows by 114MiB/h').and.contain('below 75% of 2GiB (1.1GiB)');
      expect(words).to.contain('read 12s ago').and.contain('captured 4m ago');
    });

    it('asks for the one target that is shown, and not for all', async () => {
      const url = await serve({
        targets: () => expect.fail('all were asked for'),
        target: (name) => targets.find((one) => one.name === name),
      });
      for (const path of ['', '/memory', '/verdict', '/growth', '/memory.svg']) {
        expect((await fetch(`${url}/api/v1/targets/calm${path}`)).status, path).to.equal(200);
      }
      expect((await fetch(`${url}/targets/calm`)).status).to.equal(200);
      expect((await fetch(`${url}/targets/gone`)).status).to.equal(404);
    });

    it('shows the open incidents on top and the resolved ones below', async () => {
      const open = incident({ id: '1', scope: 'payments', state: 'suspect' });
      const resolved = incident({ id: '2', scope: 'search', state: 'resolved', resolvedAt: NOW });
      const url = await serve({ targets: () => targets, incidents: () => [resolved, open] });
      const page = plain(await text(`${url}/`));
      const order = [
        '1 open incident',
        'in payments',
        '2 targets',
        '1 resolved incident',
        'in search',
      ];
      expect(order.map((words) => page.indexOf(words))).to.satisfy(isRising);
    });

    it('lists every incident, however many there are, and says how many', async () => {
      const one = (id: number, state: 'leak' | 'resolved') =>
        incident({ id: `${state}-${id}`, state, openedAt: NOW - id, updatedAt: NOW - id });
      const incidents = Array.from({ length: 60 }, (_, id) => [
        one(id, 'leak'),
        one(id, 'resolved'),
      ]).flat();
      const page = await text(`${await serve({ incidents: () => incidents })}/`);
      for (const { id } of incidents) expect(page).to.contain(`href="./incidents/${id}"`);
      for (const words of [
        '60 open incidents',
        'and 40 more open incidents',
        '60 resolved incidents',
        'and 40 more resolved incidents',
      ]) {
        expect(plain(page)).to.contain(words);
      }
    });

    it('shows what went wrong where there is no reading or no capture', async () => {
      const blind = target({
        reading: undefined,
        verdict: undefined,
        readingError: { at: NOW - 30_000, message: 'connect ECONNREFUSED' },
        capture: { kind: 'failed', at: NOW - 60_000, message: 'answered 404' },
        trigger: { mode: 'blind', decision: { capture: 'none', reason: 'no reading for 5m' } },
        recent: [],
      });
      const url = await serve({ targets: () => [blind] });
      for (const path of ['/', '/targets/checkout-1']) {
        const page = plain(await text(url + path));
        for (const words of ['blind', 'connect ECONNREFUSED, 30s ago', 'answered 404, 1m ago']) {
          expect(page).to.contain(words);
        }
        expect(page).to.contain('no reading for 5m');
      }
    });

    it('says so when notifications wait or were given up', async () => {
      const owed = await serve({ outbox: () => ({ pending: [notification], dead: [] }) });
      expect(plain(await text(owed))).to.contain(
        '1 notification waiting to be delivered, 0 given up',
      );
      const none = await serve({});
      expect(plain(await text(none))).to.not.contain('notification');
    });

    it('explains a target: each test, each figure, the decision, the suspects with their path', async () => {
      const profiles = [
        { file: 'a.pb.gz', at: NOW - 3_600_000, bytes: 40_000 },
        { file: 'b.pb.gz', at: NOW - 60_000, bytes: 48_211 },
      ];
      const url = await serve({
        targets: () => targets,
        profiles: () => Promise.resolve(profiles),
      });
      const page = plain(await text(`${url}/targets/checkout-1`));
      for (const words of [
        'floor growth not met 0.4MiB of at least 4MiB',
        'persistence met rose in 9 of 12 steps',
        'Goroutines 1,204',
        'normal: below 75% of 2GiB (1.1GiB)',
        'bytes.(*Buffer).Write example.com/shop/internal/session.(*Store).Create',
        '97% of what it allocated is still in use',
        `go tool pprof -diff_base ${url}/targets/checkout-1/profiles/a.pb.gz ${url}/targets/checkout-1/profiles/b.pb.gz`,
      ]) {
        expect(page).to.contain(words);
      }
    });

    it('tells the story of an incident in order', async () => {
      const url = await serve({ incidents: () => [incident()] });
      const page = plain(await text(`${url}/incidents/c0ffee`));
      expect(page).to.contain('in 8h earliest in 7h, latest in 9h').and.not.contain('room for');
      expect(
        ['opened suspect after', 'escalated leak after', 'told oncall by'].map((w) =>
          page.indexOf(w),
        ),
      ).to.satisfy(isRising);
      expect(page).to.contain('2026-05-03 07:00:00 5h ago');
    });

    it('tells at what rate the limit is reached, where more grows than the one function', async () => {
      const { memory } = sighting();
      const one = sighting({ memory: { ...memory, bytesPerHour: 240 * 2 ** 20 } });
      const url = await serve({ incidents: () => [incident({ sightings: [one] })] });
      expect(plain(await text(`${url}/`))).to.contain(
        '+114MiB/h · limit of 2GiB reached in 8h at 240MiB/h in all',
      );
      expect(plain(await text(`${url}/incidents/c0ffee`))).to.contain(
        '+114MiB/h in 8h at 240MiB/h in all earliest in 7h, latest in 9h room for 1.89GiB more, garbage aside',
      );
    });

    it('tells nothing of a process that ended as if it went on', async () => {
      const { memory } = sighting();
      const restarted = sighting({
        memory: { ...memory, readingBytes: 13 * 2 ** 20, limitReachedAt: NOW - 58_000 },
        quiet: { fromFresh: 0, sinceRestart: true, restartedAt: NOW - 60_000 },
      });
      const one = incident({ sightings: [restarted] });
      const url = await serve({ targets: () => targets, incidents: () => [one] });
      for (const path of ['/', '/targets/checkout-1', '/incidents/c0ffee']) {
        const page = plain(await text(url + path));
        expect(page).to.contain(
          'The process was restarted (seen 2026-05-03 11:59 UTC), and there are not enough profiles yet to say whether the leak is gone. Before that:',
        );
        expect(page).to.not.match(/reached (58s|in)/);
      }
      expect(plain(await text(`${url}/`))).to.contain('+114MiB/h before the restart');
      const page = plain(await text(`${url}/incidents/c0ffee`));
      expect(page).to.contain('13MiB of 2GiB not seen now no forecast yet');
      expect(page).to.contain('Suspects in checkout-1 before the restart');
    });

    it('tells what happened to a target lately, the newest first', async () => {
      const happenings = [
        { at: NOW - 60_000, kind: 'reading', reason: 'memory passed the trigger' },
        { at: NOW - 30_000, kind: 'deployed', reason: '4f0c2ab1d9e8 → v1.4.0' },
      ] as const;
      const url = await serve({ targets: () => targets, happenings: () => happenings });
      const page = plain(await text(`${url}/targets/calm`));
      expect(
        ['deployed 4f0c2ab1d9e8 → v1.4.0', 'reading memory passed'].map((w) => page.indexOf(w)),
      ).to.satisfy(isRising);
      const memory = (await (await fetch(`${url}/api/v1/targets/calm/memory`)).json()) as object;
      expect(memory).to.deep.include({ happenings });
    });

    it('lets nothing that a target or a configuration says become markup', async () => {
      const name = NASTY;
      const nasty = suspect({ function: name, file: name, stack: [name], allocator: suspect() });
      const url = await serve(nastyFleet(nasty));
      const pages = [
        '/',
        `/targets/${encodeURIComponent(NASTY)}`,
        `/incidents/${encodeURIComponent(NASTY)}`,
      ];
      for (const path of pages) {
        const response = await fetch(url + path);
        expect(response.status).to.equal(200);
        const page = await response.text();
        expect(page).to.contain('&lt;script&gt;').and.not.contain('<script>');
        expect(page).to.not.match(/<[^>]* (on\w+|style)=/);
      }
    });

    it('has no link that leads nowhere, whatever the names are, and none from the root of the host', async () => {
      const url = await serve(nastyFleet(suspect()));
      const seen = new Map<string, number>();
      const visit = async (page: string): Promise<void> => {
        if (seen.has(page)) return;
        const response = await fetch(page);
        seen.set(page, response.status);
        const body = await response.text();
        if (response.headers.get('content-type')?.startsWith('text/html') !== true) return;
        for (const [, href = ''] of body.matchAll(/(?:href|src)="([^"]*)"/g)) {
          expect(href).to.not.match(/^\//);
          if (!href.startsWith('data:'))
            await visit(new URL(href.replaceAll('&amp;', '&'), page).href);
        }
      };
      await visit(`${url}/`);
      expect([...seen.values()]).to.satisfy((all: number[]) =>
        all.every((status) => status === 200),
      );
      expect([...seen.keys()].some((page) => page.endsWith('/profiles/a.pb.gz'))).to.equal(true);
    });

    it('allows a browser to load its own stylesheet and script and nothing else', async () => {
      const url = await serve({});
      const { headers } = await fetch(url);
      expect(headers.get('content-security-policy')).to.equal(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      const style = await fetch(`${url}/style.css`);
      expect(style.headers.get('content-type')).to.equal('text/css; charset=utf-8');
      const script = await fetch(`${url}/page.js`);
      expect(script.headers.get('content-type')).to.equal('text/javascript; charset=utf-8');
    });
  });

  describe('API', () => {
    it('tells targets with their state, incidents and profiles as they are, and notifications in brief', async () => {
      const targets = [target()];
      const incidents = [incident()];
      const profiles = [{ file: 'a.pb.gz', at: NOW, bytes: 3 }];
      const outbox = { pending: [notification], dead: [] };
      const url = await serve({
        targets: () => targets,
        incidents: () => incidents,
        outbox: () => outbox,
        profiles: (name) => Promise.resolve(name === 'checkout-1' ? profiles : undefined),
      });
      const answers: readonly (readonly [string, unknown])[] = [
        ['targets', { targets: targets.map((one) => ({ ...one, state: 'quiet' })) }],
        ['targets/checkout-1', { ...target(), state: 'quiet' }],
        ['targets/checkout-1/profiles', { profiles }],
        ['incidents', { incidents }],
        ['incidents/c0ffee', incidents[0]],
        ['notifications', { pending: [inBrief(notification)], dead: [] }],
      ];
      for (const [path, expected] of answers) {
        const response = await fetch(`${url}/api/v1/${path}`);
        expect(response.headers.get('content-type')).to.match(/^application\/json/);
        expect(await response.json()).to.deep.equal(JSON.parse(JSON.stringify(expected)));
      }
    });

    it('answers in JSON also what is unknown or not allowed', async () => {
      const url = await serve({});
      for (const path of ['targets/x', 'targets/x/profiles', 'incidents/x', 'nothing']) {
        const response = await fetch(`${url}/api/v1/${path}`);
        expect(response.status).to.equal(404);
        expect(await response.json())
          .to.have.property('error')
          .that.is.a('string');
      }
      const post = await fetch(`${url}/api/v1/targets`, { method: 'POST' });
      expect([post.status, post.headers.get('allow'), await post.json()]).to.deep.equal([
        405,
        'GET, HEAD',
        { error: 'method: POST does nothing here; use GET or HEAD' },
      ]);
    });
  });

  describe('saved profiles', () => {
    it('are served byte by byte, and to be kept rather than shown', async () => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
      const url = await serve({ readProfile: () => Promise.resolve(bytes) });
      const response = await fetch(`${url}/targets/t/profiles/20260503T115600Z-81264640.pb.gz`);
      expect(Object.fromEntries(response.headers)).to.include({
        'content-type': 'application/octet-stream',
        'content-length': '70000',
        'content-disposition': 'attachment; filename="20260503T115600Z-81264640.pb.gz"',
      });
      expect(new Uint8Array(await response.arrayBuffer())).to.deep.equal(bytes);
    });

    it('are asked for by plain file names only, never by a path', async () => {
      const asked: string[] = [];
      const readProfile = (name: string, file: string) => {
        asked.push(`${name} ${file}`);
        return Promise.resolve(undefined);
      };
      const url = await serve({ readProfile });
      const tricks = [
        '/targets/t/profiles/../../../etc/passwd',
        '/targets/t/profiles/..%2f..%2fetc%2fpasswd',
        '/targets/t/profiles/%2e%2e%2fstate.json',
        '/targets/t/profiles/%252e%252e%252fstate.json',
        '/targets/t/profiles/..%5cstate.json',
        '/targets/t/profiles/.lock',
        '/targets/t/profiles/a%00.pb.gz',
        '/targets/t/profiles/a%0d%0aX: y',
        '/targets/t/profiles/%ff%fe',
        '/targets/t/profiles//etc/passwd',
      ];
      for (const path of tricks) {
        const { statusCode } = await raw(url, { path: path.replaceAll(' ', '%20') });
        expect(statusCode, path).to.equal(404);
      }
      expect(asked).to.deep.equal([]);
    });

    it('open in go tool pprof by their URL', async function () {
      this.timeout(180_000);
      await needGo(this);
      const folder = await mkdtemp(join(tmpdir(), 'heapwarden-pprof-'));
      try {
        const bytes = await recordProfile(folder);
        const url = await serve({ readProfile: () => Promise.resolve(bytes) });
        const profile = `${url}/targets/${encodeURIComponent('a b')}/profiles/a.pb.gz`;
        const env = { ...process.env, PPROF_TMPDIR: folder };
        const args = ['tool', 'pprof', '-sample_index=alloc_space', '-top', profile];
        const { stdout } = await run('go', args, { env });
        expect(stdout).to.contain('Type: alloc_space').and.contain('main.main');
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });

  describe('operations', () => {
    it('is healthy at once, and ready when the daemon is', async () => {
      let ready = false;
      const url = await serve({ ready: () => ready });
      expect((await fetch(`${url}/-/healthy`)).status).to.equal(200);
      expect((await fetch(`${url}/-/ready`)).status).to.equal(503);
      ready = true;
      expect((await fetch(`${url}/-/ready`)).status).to.equal(200);
    });

    it('is not ready while the disk refuses, and says what', async () => {
      const url = await serve({ trouble: () => 'profiles cannot be saved: ENOSPC' });
      const answer = await fetch(`${url}/-/ready`);
      expect(answer.status).to.equal(503);
      expect(await answer.text()).to.contain('profiles cannot be saved: ENOSPC');
    });

    it('hands the metrics over with their content type', async () => {
      const contentType = 'text/plain; version=0.0.4; charset=utf-8';
      const url = await serve({
        metrics: () => Promise.resolve({ contentType, body: Buffer.from('up 1\n') }),
      });
      const response = await fetch(`${url}/metrics`);
      expect(response.headers.get('content-type')).to.equal(contentType);
      expect(await response.text()).to.equal('up 1\n');
    });

    it('reloads on POST, and says why where the configuration is refused', async () => {
      const good = await serve({});
      const done = await fetch(`${good}/-/reload`, { method: 'POST' });
      expect([done.status, await done.text()]).to.deep.equal([200, 'configuration reloaded\n']);
      const needRestart = ['web.listen_address', 'storage.path'];
      const partly = await serve({ reload: () => Promise.resolve({ ok: true, needRestart }) });
      expect(await (await fetch(`${partly}/-/reload`, { method: 'POST' })).text()).to.equal(
        'configuration reloaded; what changed of web.listen_address, storage.path takes effect only after a restart\n',
      );
      const problem = 'heapwarden.yaml:3:1 targets: is missing; name at least one';
      const bad = await serve({ reload: () => Promise.resolve({ ok: false, problem }) });
      const refused = await fetch(`${bad}/-/reload`, { method: 'POST' });
      expect([refused.status, await refused.text()]).to.deep.equal([500, `${problem}\n`]);
      const get = await fetch(`${good}/-/reload`);
      expect([get.status, get.headers.get('allow')]).to.deep.equal([405, 'POST']);
    });

    it('changes nothing for a page of another site', async () => {
      let reloads = 0;
      const reload = () => {
        reloads += 1;
        return Promise.resolve({ ok: true } as const);
      };
      const url = await serve({ reload });
      const post = async (headers: Record<string, string>) =>
        (await raw(url, { path: '/-/reload', method: 'POST', headers })).statusCode;

      expect(await post({ 'sec-fetch-site': 'cross-site' })).to.equal(403);
      expect(await post({ 'sec-fetch-site': 'same-site' })).to.equal(403);
      expect(await post({ origin: 'https://evil.example' })).to.equal(403);
      expect(await post({ origin: 'null' })).to.equal(403);
      expect(reloads).to.equal(0);
      expect(await post({ 'sec-fetch-site': 'same-origin', origin: url })).to.equal(200);
      expect(await post({ origin: url })).to.equal(200);
      expect(await post({})).to.equal(200);
      expect(reloads).to.equal(3);
    });

    it('reads no body: one that never ends is answered and cut off', async () => {
      const url = await serve({});
      const sent = request(`${url}/-/reload`, { method: 'POST' });
      sent.on('error', () => undefined);
      sent.write('x'.repeat(100_000));
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      expect(response.statusCode).to.equal(200);
      response.resume();
      await once(response.socket, 'close');
    });
  });

  describe('requests', () => {
    it('answers HEAD as GET without the body', async () => {
      const url = await serve({ targets: () => [target()] });
      for (const path of ['/', '/metrics', '/api/v1/targets', '/targets/checkout-1']) {
        const response = await fetch(url + path, { method: 'HEAD' });
        expect([response.status, await response.text()]).to.deep.equal([200, '']);
      }
    });

    it('answers 404 and 405 with a page for people', async () => {
      const url = await serve({});
      const missing = await fetch(`${url}/targets/none/there/<b>`);
      expect(missing.status).to.equal(404);
      expect(await missing.text())
        .to.contain('Not found')
        .and.contain('href="../../../"');
      const deleted = await fetch(`${url}/`, { method: 'DELETE' });
      expect([deleted.status, deleted.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD']);
    });

    it('is answered only under a name of this host, so that no other site can pass for it', async () => {
      const url = await serve({}, { externalUrl: 'https://leaks.example.com/heapwarden' });
      const { port } = new URL(url);
      const status = async (host: string) => (await raw(url, { headers: { host } })).statusCode;
      for (const host of [
        `127.0.0.1:${port}`,
        `localhost:${port}`,
        'LOCALHOST.',
        '[::1]:9899',
        'leaks.example.com',
      ]) {
        expect(await status(host), host).to.equal(200);
      }
      for (const host of [
        'evil.example',
        `127.0.0.1.evil.example:${port}`,
        '10.0.0.7',
        'localhost.evil.example',
      ]) {
        expect(await status(host), host).to.equal(421);
      }
    });

    it('puts the address people use into the commands', async () => {
      const url = await serve(
        { incidents: () => [incident()] },
        { externalUrl: 'https://leaks.example.com/hw' },
      );
      expect(await text(`${url}/incidents/c0ffee`)).to.contain(
        'go tool pprof -diff_base https://leaks.example.com/hw/targets/checkout-1/profiles/a.pb.gz',
      );
    });

    it('compresses what is text for those who take it', async () => {
      const url = await serve({ targets: () => Array.from({ length: 200 }, () => target()) });
      const response = await raw(url, { path: '/', headers: { 'accept-encoding': 'gzip' } });
      expect(response.headers['content-encoding']).to.equal('gzip');
    });

    it('tells a failure of the daemon in the log, not to the one who asked', async () => {
      const url = await serve({ metrics: () => Promise.reject(new Error('secret path /x/y')) });
      const response = await fetch(`${url}/metrics`);
      expect([response.status, await response.text()]).to.deep.equal([
        500,
        'heapwarden failed to answer; its log says why\n',
      ]);
      expect(JSON.stringify(logged)).to.contain('secret path /x/y');
    });
  });

  describe('listening', () => {
    it('says which address it could not take, and why', async () => {
      const { port } = new URL(await serve({}));
      let said = '';
      await serve({}, { port: Number(port) }).catch((error: unknown) => (said = String(error)));
      expect(said).to.equal(
        `Error: web.listen_address: cannot listen on 127.0.0.1:${port}, listen EADDRINUSE: address already in use 127.0.0.1:${port}; stop what uses it or choose another`,
      );
    });

    it('lets a request under way finish when it closes, and takes no new one', async () => {
      const events = new EventEmitter();
      const readProfile = async () => {
        events.emit('asked');
        const [bytes] = (await once(events, 'read')) as [Uint8Array];
        return bytes;
      };
      const asked = once(events, 'asked');
      const url = await serve({ readProfile });
      const answer = fetch(`${url}/targets/t/profiles/a.pb.gz`);
      await asked;

      const closed = running[0]!.close();
      events.emit('read', Uint8Array.of(1, 2, 3));

      expect(new Uint8Array(await (await answer).arrayBuffer())).to.deep.equal(
        Uint8Array.of(1, 2, 3),
      );
      await closed;
      let refused = false;
      await fetch(url).catch(() => (refused = true));
      expect(refused).to.equal(true);
    });
  });
});

const notification = {
  id: 'n1',
  incident: incident(),
  cause: 'opened',
  receiver: 'oncall',
  channel: 'email_configs[0]',
  createdAt: NOW,
  attempts: 2,
  nextAttemptAt: NOW,
  lastAnswer: '451 try again later',
} as const;

/** A fleet in which every name and every text is hostile. */
function nastyFleet(nasty: ReturnType<typeof suspect>): Partial<Dashboard> {
  const one = target({
    name: NASTY,
    url: NASTY,
    labels: { [NASTY]: NASTY },
    verdict: verdict('leak', {
      reason: NASTY,
      tests: [{ name: NASTY, passed: true, reason: NASTY }],
      suspects: [nasty],
    }),
    readingError: { at: NOW, message: NASTY },
    capture: { kind: 'failed', at: NOW, message: NASTY },
  });
  const told = incident({
    id: NASTY,
    scope: NASTY,
    function: NASTY,
    reason: NASTY,
    sightings: [sighting({ target: NASTY, reason: NASTY, suspect: nasty })],
    events: [{ at: NOW, kind: 'not_told', reason: NASTY }],
  });
  return {
    targets: () => [one],
    incidents: () => [told],
    profiles: () =>
      Promise.resolve([
        { file: 'a.pb.gz', at: NOW - 3_600_000, bytes: 3 },
        { file: 'b.pb.gz', at: NOW - 300_000, bytes: 3 },
      ]),
    readProfile: (name) => Promise.resolve(name === NASTY ? profileBytes('main 5') : undefined),
  };
}

async function recordProfile(folder: string): Promise<Uint8Array> {
  const file = join(folder, 'main.go');
  await writeFile(
    file,
    `package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

var kept [][]byte

func main() {
	runtime.MemProfileRate = 1
	for i := 0; i < 100; i++ {
		kept = append(kept, make([]byte, 64<<10))
	}
	runtime.GC()
	if err := pprof.WriteHeapProfile(os.Stdout); err != nil {
		panic(err)
	}
}
`,
  );
  const env = { ...process.env, GOPROXY: 'off' };
  const { stdout } = await run('go', ['run', file], { env, encoding: 'buffer' });
  return stdout;
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** The words of a page, as they are read. */
function plain(page: string): string {
  return page
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(' ,', ',');
}

/** Sends the path and the headers as they are given, which fetch does not. */
async function raw(url: string, options: RequestOptions): Promise<IncomingMessage> {
  const sent = request(url, options);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response;
}

function isRising(positions: readonly number[]): boolean {
  return positions.every((position, index) => position > (positions[index - 1] ?? -1));
}

function recordingLog(lines: unknown[]): Log {
  const record = (message: string, fields?: object) => void lines.push({ message, ...fields });
  const log: Log = { debug: record, info: record, warn: record, error: record, with: () => log };
  return log;
}
