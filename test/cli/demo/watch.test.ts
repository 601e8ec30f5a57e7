import { expect } from 'chai';
import { LEAKING_FUNCTION } from '../../../src/cli/demo/services.ts';
import { serveLocally } from '../../../src/cli/demo/local-server.ts';
import type { LocalServer } from '../../../src/cli/demo/local-server.ts';
import { watch } from '../../../src/cli/demo/watch.ts';
import type { Scene } from '../../../src/cli/demo/watch.ts';
import type { LeakAlert } from '../../../src/cli/demo/webhook-receiver.ts';

interface Play {
  ended: string | undefined;
  healthyState: string;
  mails: string[];
  alerts: { target: string; function: string }[];
}

const TOLD = { target: 'shop', function: LEAKING_FUNCTION };

function leakAlert({ target, function: name }: { target: string; function: string }): LeakAlert {
  const suspect = { function: name, file: 'a.go', line: 1, inuseBytes: 0, growthBytesPerHour: 0 };
  return {
    status: 'firing',
    labels: { target },
    leak: { reason: '', suspects: [suspect], profiles: undefined },
  };
}

describe('watching the demo', () => {
  const never = new AbortController().signal;
  let now: number;
  let play: Play;
  let server: LocalServer;
  let shown: string[];

  beforeEach(async () => {
    now = 0;
    shown = [];
    play = { ended: undefined, healthyState: 'quiet', mails: [], alerts: [] };
    server = await serveLocally((request, response) => {
      const verdict = { state: play.healthyState, reason: 'it stands still', freshInEpoch: 30 };
      const trigger = { mode: 'normal', decision: { capture: 'none', reason: 'below 24MiB' } };
      const targets = [{ name: 'catalog', trigger, verdict, recent: [{ at: 1, bytes: 5 }] }];
      const truth = { leakedBytes: now };
      response.end(JSON.stringify(request.url === '/truth' ? truth : { targets }));
    });
  });

  afterEach(() => server.stop());

  const scene = (): Scene => ({
    clock: { now: () => now, sleep: async (ms) => void (now += ms) },
    out: (line) => shown.push(line),
    daemon: {
      pid: 0,
      ended: () => play.ended,
      lastLines: async () => [],
      stop: async () => undefined,
    },
    daemonUrl: server.url,
    leakingUrl: server.url,
    mailbox: {
      address: '',
      mails: () => play.mails.map((text) => ({ subject: 's', text, file: '/mail/1.eml' })),
      stop: async () => undefined,
    },
    webhooks: {
      url: '',
      alerts: () => play.alerts.map((alert) => ({ alert: leakAlert(alert), file: '/hook/1.json' })),
      stop: async () => undefined,
    },
  });

  it('ends when mail and webhook name the leak and the healthy service is judged', async () => {
    play.mails = ['Memory allocated in shop/internal/session.(*Store).Create is not freed.'];
    play.alerts = [TOLD];
    const outcome = await watch(scene(), 10_000, never);
    expect(outcome).to.deep.include({ kind: 'told', afterMs: 0, alertFile: '/hook/1.json' });
    expect(outcome).to.have.nested.property('healthy.reason', 'it stands still');
  });

  it('goes on until its bound while the healthy service is not judged, and says what it awaited', async () => {
    play.mails = [LEAKING_FUNCTION];
    play.alerts = [TOLD];
    play.healthyState = 'insufficient';
    const outcome = await watch(scene(), 10_000, never);
    expect(outcome.kind).to.equal('failed');
    expect(outcome).to.have.property('why').that.contains('the verdict on the other service');
    expect(now).to.equal(10_500);
  });

  it('fails with the file of a message that names another function or the healthy service', async () => {
    const wrong: Partial<Play>[] = [
      { alerts: [{ ...TOLD, function: 'bytes.growSlice' }] },
      { alerts: [TOLD, { target: 'catalog', function: 'lru.Put' }] },
      { mails: ['Memory allocated in bytes.growSlice is not freed.'] },
    ];
    const whys = [];
    for (const messages of wrong) {
      play = { ...play, mails: [LEAKING_FUNCTION], alerts: [TOLD], ...messages };
      const outcome = await watch(scene(), 10_000, never);
      whys.push(outcome.kind === 'failed' ? outcome.why : outcome.kind);
    }
    expect(whys).to.deep.equal([
      `a webhook names bytes.growSlice, but the leak is in ${LEAKING_FUNCTION}: /hook/1.json`,
      'a webhook tells of catalog, which does not leak: /hook/1.json',
      'a mail does not name session.(*Store).Create: /mail/1.eml',
    ]);
  });

  it('fails at once when the daemon ends', async () => {
    play.ended = 'exit code 78';
    expect(await watch(scene(), 10_000, never)).to.deep.equal({
      kind: 'failed',
      why: 'the daemon ended: exit code 78',
    });
  });

  it('stops where it is when it is interrupted', async () => {
    expect(await watch(scene(), 10_000, AbortSignal.abort())).to.deep.equal({
      kind: 'interrupted',
    });
  });

  it('shows a target when something changes and every five seconds, not at every look', async () => {
    await watch(scene(), 12_000, never);
    expect(shown.filter((line) => /^ *\d+m?s +catalog/.test(line))).to.have.length(3);
    expect(shown.filter((line) => line.includes('is judged quiet'))).to.have.length(1);
  });
});
