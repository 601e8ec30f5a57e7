import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { RunningDaemon } from '../support/daemon.ts';
import { needGo } from '../support/go.ts';
import {
  FILLS_AT_ONCE,
  LEAKING_FUNCTION,
  LEAKING_METHOD,
  LEAK_AT_ONCE,
  World,
  freshOf,
  incidentsOf,
  statusOf,
  untilStatus,
  untilTold,
} from '../support/e2e.ts';

describe('the daemon, with a leaking and a healthy Go service', function () {
  this.timeout(240_000);
  let world: World;
  let daemon: RunningDaemon;

  before(async function () {
    await needGo(this);
    world = await World.begin();
    const shop = await world.program('leaky', LEAK_AT_ONCE);
    const catalog = await world.program('warmcache', FILLS_AT_ONCE);
    daemon = await world.daemon({ shop: shop.url, catalog: catalog.url });
  });

  after(() => world?.end());

  it('names the leaking function by mail and by webhook, with the file and the profiles', async () => {
    await untilTold(world, daemon);
    const [mail] = world.mailbox.mails();
    expect(mail!.text).to.contain(LEAKING_METHOD).and.contain('store.go:');
    const [told] = world.webhooks.alerts();
    expect(told!.alert.labels).to.include({
      alertname: 'GoHeapLeak',
      target: 'shop',
      service: 'shop',
      severity: 'warning',
      function: LEAKING_FUNCTION,
    });
    expect(told!.alert.leak.suspects[0]).to.include({ function: LEAKING_FUNCTION });
    for (const url of Object.values(told!.alert.leak.profiles ?? {})) {
      const path = new URL(/http\S+\.pb\.gz/.exec(url)?.[0] ?? '').pathname;
      const profile = await fetch(daemon.url + path);
      expect(profile.status, path).to.equal(200);
      const bytes = gunzipSync(await profile.arrayBuffer());
      expect(bytes.includes(LEAKING_FUNCTION), path).to.equal(true);
    }
  });

  it('judges the healthy service on as many profiles, and says nothing of it to anybody', async () => {
    const healthy = await untilStatus(daemon, 'catalog', (status) => freshOf(status) >= 60);
    expect(healthy.verdict?.state, healthy.verdict?.reason).to.be.oneOf(['quiet', 'growing']);
    expect((await incidentsOf(daemon)).map((incident) => incident.function)).to.deep.equal([
      LEAKING_FUNCTION,
    ]);
    expect(world.webhooks.alerts().map(({ alert }) => alert.labels['target'])).to.deep.equal([
      'shop',
    ]);
    expect(world.mailbox.mails()).to.have.length(1);
  });

  it('gives the reason of trigger and verdict for both', async () => {
    for (const target of ['shop', 'catalog']) {
      const { trigger, verdict } = await statusOf(daemon, target);
      expect(trigger.decision.reason, target).to.match(/\d/);
      expect(verdict?.reason, target).to.match(/\d/);
    }
  });

  it('leaves profiles on disk that are what the service sent', async () => {
    const folder = join(world.folder, 'data', 'profiles', 'shop');
    const saved = (await readdir(folder)).filter((name) => name.endsWith('.pb.gz'));
    expect(saved.length).to.be.at.least(24);
    const newest = await readFile(join(folder, saved.toSorted().at(-1)!));
    expect(gunzipSync(newest).includes(LEAKING_FUNCTION)).to.equal(true);
  });

  it('counts in its metrics what it did', async () => {
    const page = await (await fetch(`${daemon.url}/metrics`)).text();
    expect(page).to.match(/^heapwarden_target_up\{[^}]*target="shop"[^}]*\} 1$/m);
    expect(page).to.match(/^heapwarden_notifications_total\{[^}]*outcome="sent"[^}]*\} 1$/m);
    const lines = page.split('\n');
    const warned = (target: string) =>
      `heapwarden_target_incident{target="${target}",severity="warning"}`;
    expect(lines).to.include.members([`${warned('shop')} 1`, `${warned('catalog')} 0`]);
    expect(lines).to.include('heapwarden_target_info{target="shop",service="shop"} 1');
  });

  it('drains and ends with 0 on SIGTERM', async () => {
    expect(await daemon.stop('SIGTERM')).to.deep.equal({ code: 0, signal: null });
  });
});
