import { expect } from 'chai';
import type { PileUp } from '../../src/goroutine/pile-up.ts';
import { startWeb } from '../../src/web/server.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { TargetStatus } from '../../src/web/status.ts';
import {
  NOW,
  dashboardOf,
  incident,
  sighting,
  silentLog,
  suspect,
  target,
  verdict,
} from './values.ts';

const PLACE = { function: 'quote.ask', file: 'ask.go', line: 7 };
const PILE: PileUp = {
  blockedIn: PLACE,
  startedBy: PLACE,
  createdIn: undefined,
  state: 'chan send',
  stack: ['quote.ask'],
  count: 1_200,
  grownBy: 1_000,
  perHour: 6_000,
  bytesEach: undefined,
  isProven: false,
};
const NOISE = 'which is within the noise of sampling and use';

/** What the list of targets and the target's own page say of it. */
async function said(shown: TargetStatus): Promise<{ readonly row: string; readonly page: string }> {
  const dashboard = dashboardOf({ targets: () => [shown] });
  const web = await startWeb({ host: '127.0.0.1', port: 0 }, dashboard, silentLog);
  try {
    const list = await (await fetch(web.url)).text();
    const row = /<td class="why">([^]*?)<\/td>/.exec(list)?.[1] ?? '';
    const page = await (await fetch(`${web.url}/targets/${shown.name}`)).text();
    return { row, page: /<h2>Verdict<\/h2>([^]*?)<h2>/.exec(page)?.[1] ?? '' };
  } finally {
    await web.close();
  }
}

describe('why a target is in its state', () => {
  const growing = verdict('growing', { reason: NOISE });
  const kinds = (parts: Partial<NonNullable<TargetStatus['kinds']>>) => ({
    kind: undefined,
    reason: '',
    shares: [],
    alarms: [],
    goroutines: undefined,
    lookError: undefined,
    ...parts,
  });

  it('is the growth beside the heap where that gives the state', async () => {
    const reason = 'memory outside the Go heap: the floor grew 96MiB in 2h';
    const alarms = [
      { kind: 'goroutine', state: 'growing', reason: 'goroutines did not grow' },
      { kind: 'off_heap', state: 'leak', reason },
    ] as const;
    const { row, page } = await said(target({ verdict: growing, kinds: kinds({ alarms }) }));
    expect(row).to.contain(reason).and.not.contain(NOISE);
    expect(page.trim()).to.match(/^<p>memory outside the Go heap: /);
  });

  it('names where goroutines block', async () => {
    const alarms = [{ kind: 'goroutine', state: 'suspect', reason: 'goroutines: grew' }] as const;
    const { row } = await said(
      target({ verdict: undefined, kinds: kinds({ alarms, goroutines: PILE }) }),
    );
    expect(row).to.contain('goroutines: grew; 1200 block in quote.ask (chan send)');
  });

  it('is that captures fail where none has worked yet, and what would change it that one does', async () => {
    const message = 'profile: the service does not sample its heap';
    const capture = { kind: 'failed', at: 1, message } as const;
    const { row, page } = await said(target({ verdict: undefined, capture }));
    expect(row).to.contain(`no profile yet, since captures fail: ${message}`);
    expect(page).to.contain(
      `What would change it: a capture that works; the last one failed: ${message}.`,
    );
    const first = await said(target({ verdict: undefined, capture: undefined }));
    expect(first.row).to.match(/no profile yet\s*</);
    expect(first.page).to.contain('What would change it: the first profile.');
  });

  it('is what the heap profiles tell where they tell as bad', async () => {
    const leak = verdict('leak', { reason: 'floor of session.Create grew' });
    const alarms = [{ kind: 'off_heap', state: 'suspect', reason: 'beside it' }] as const;
    const { row } = await said(target({ verdict: leak, kinds: kinds({ alarms }) }));
    expect(row).to.contain('floor of session.Create grew').and.not.contain('beside it');
  });
});

describe('how fast a target grows', () => {
  const HOUR = 3_600_000;
  const OFF_HEAP = suspect({
    function: 'memory outside the Go heap',
    growthBytesPerHour: 3 * 2 ** 30,
  });
  const told = (parts: Partial<Incident>, shown: Parameters<typeof sighting>[0]) =>
    incident({ openedAt: NOW, ...parts, sightings: [sighting(shown)] });

  /** The cell of its row, and the card of its incident. */
  async function shown(one: Incident, status = target({ name: 'checkout-1' })) {
    const clock = { now: () => NOW, sleep: () => Promise.resolve() };
    const dashboard = dashboardOf({ targets: () => [status], incidents: () => [one] });
    const web = await startWeb({ host: '127.0.0.1', port: 0, clock }, dashboard, silentLog);
    const words = (html = '') =>
      html
        .replaceAll(/<[^>]*>|\s+/g, ' ')
        .replaceAll(/ +/g, ' ')
        .trim();
    try {
      const page = await (await fetch(web.url)).text();
      return {
        cell: words(/<td class="growth">([^]*?)<\/td>/.exec(page)?.[1]),
        card: words(/<article class="incident[^]*?<\/article>/.exec(page)?.[0]),
      };
    } finally {
      await web.close();
    }
  }

  it('is told by its incident where no heap profile names what grows, or something slower', async () => {
    const memory = { ...sighting().memory, limitReachedAt: NOW + HOUR };
    const one = told({ kind: 'off_heap' }, { suspect: OFF_HEAP, memory });
    const slower = verdict('growing', { suspects: [suspect({ growthBytesPerHour: 0 })] });
    for (const status of [target({}), target({ verdict: slower })]) {
      const { cell } = await shown(one, { ...status, name: 'checkout-1' });
      expect(cell).to.equal('+3GiB/h limit reached in 1h memory outside the Go heap');
    }
    const { cell } = await shown(one, target({ name: 'another' }));
    expect(cell).to.equal('–');
  });

  it('is in goroutines where they pile up, on the card too and with no limit in sight', async () => {
    const memory = { ...sighting().memory, limitReachedAt: undefined };
    const pile = { suspect: suspect({ function: 'quote.ask' }), goroutines: PILE, memory };
    const { cell, card } = await shown(told({ kind: 'goroutine' }, pile));
    expect(cell).to.equal('+6000 goroutines/h quote.ask');
    expect(card).to.match(/1 target · \+6000 goroutines\/h$/);
  });

  it('is not told of what the newest profile names and has not grown for a while', async () => {
    const still = suspect({ standstill: { since: NOW - HOUR, profiles: 60 } });
    const named = {
      ...target({ verdict: verdict('growing', { suspects: [still] }) }),
      name: 'a-1',
    };
    const { cell } = await shown(told({ kind: 'off_heap' }, { suspect: OFF_HEAP }), named);
    expect(cell).to.equal('–');
  });

  it('is not told of what is over or not seen at present', async () => {
    const quiet = { fromFresh: 0, sinceRestart: false };
    for (const parts of [{ quiet }, { state: 'resolved' }] as const) {
      const { cell } = await shown(told({ kind: 'off_heap' }, { suspect: OFF_HEAP, ...parts }));
      expect(cell).to.equal('–');
    }
  });
});
