import { expect } from 'chai';
import { formatDuration } from '../../src/config/units.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { withSilence, type Silence } from '../../src/incident/unread.ts';
import type { Dashboard } from '../../src/web/status.ts';
import { served, words, wordsAt } from './served.ts';
import { NOW, incident, reading, sighting, suspect, target, verdict } from './values.ts';

const MINUTE = 60_000;
const SINCE = NOW - 89_000;
const GIB = 2 ** 30;
const WHY = 'connect ECONNREFUSED';
const READ = { at: SINCE, memory: { readingBytes: 2.36 * GIB, readingKind: 'rss' } } as const;
const LAST = { ...READ, memory: { ...READ.memory, limitBytes: 2 * GIB } };

/** It leaked, passed its limit, and gives no readings any more. */
const DEAD = target({
  unread: { since: SINCE, why: WHY, found: undefined },
  lastReading: LAST,
  reading: reading({ at: SINCE, rssBytes: 2.36 * GIB }),
  readingError: { at: NOW - 2_000, message: WHY },
  trigger: { mode: 'blind', decision: { capture: 'none', reason: 'no reading for 1m21s' } },
  verdict: verdict('leak', { reason: 'grew on and on', suspects: [suspect()] }),
});

const DYING = incident({ sightings: [sighting(), sighting({ target: 'calm' })] });
const silentSince = (one: Incident, parts: Partial<Silence> = {}): Incident =>
  withSilence([one], 'checkout-1', { at: SINCE + 60_000, why: WHY, last: LAST, ...parts })[0]!;

/** What every message, page and answer says of it. */
const SAID = `There is no reading since 2026-05-03 11:58 UTC, for 1m29s (${WHY})`;

describe('a target that leaked and gives no readings any more', () => {
  const both = silentSince(DYING);
  const dashboard: Partial<Dashboard> = {
    targets: () => [target({ name: 'calm' }), DEAD],
    incidents: () => [both],
  };
  const one = silentSince(incident());
  const alone = { ...dashboard, incidents: () => [one] };

  it('has both said of it wherever it is shown, with when it was read last, and no forecast', async () => {
    await served(alone, async (url) => {
      for (const path of ['/', '/targets/checkout-1', '/incidents/c0ffee']) {
        const page = await wordsAt(url + path);
        expect(page, path).to.contain(
          `checkout-1: ${SAID}, so nobody knows whether it still grows, or runs at all; it was at its limit or near it, and may have been killed. Memory was 2.36GiB of 2GiB (118%) then. When it was last read:`,
        );
        expect(page, path).to.contain('+114MiB/h when last read');
        expect(page, path).to.not.match(/limit (of \S+ )?reached (\d|in|now)/);
      }
      for (const path of ['/', '/targets/checkout-1'])
        expect(await wordsAt(url + path)).to.contain('blind leak when last read');
    });
  });

  it('is in one line of the list what it is on its page', async () => {
    await served(alone, async (url) => {
      const list = await (await fetch(`${url}/`)).text();
      const [row = ''] = list.match(/<tr>(?:(?!<tr>)[^])*checkout-1<[^]*?<\/tr>/) ?? [];
      expect(words(row)).to.match(
        /blind leak when last read no reading for 1m29s 2\.36GiB of 2GiB \(118%\) last read 1m29s ago/,
      );
      expect(words(row)).to.match(/\+114MiB\/h when last read example/);
      expect(words(row)).to.contain('When last read: grew on and on');
      expect(words(row), 'as of the last attempt').to.not.contain('no reading for 1m21s');
      expect(await wordsAt(`${url}/targets/checkout-1`)).to.contain(
        `checkout-1: ${SAID}. Memory was 2.36GiB of 2GiB (118%) then. What the page tells of it is of before that.`,
      );
      const page = await wordsAt(`${url}/targets/checkout-1`);
      expect(page).to.contain('What would change it: readings of it again, and then: ');
      expect(page).to.contain('blind: nothing without readings').and.not.contain('1m21s');
    });
  });

  it('has nothing said of it at present, nor that something goes on there', async () => {
    const still = { since: SINCE - 40 * MINUTE, profiles: 30 };
    const calm = sighting({
      suspect: suspect({ standstill: still }),
      atPresent: 'levelling off',
      quiet: { fromFresh: 3, sinceRestart: false, stillSince: still.since },
    });
    const silent = silentSince(incident({ sightings: [calm] }), { last: undefined, at: NOW });
    const since = silent.sightings[0]!.unread!.since;
    const had = `had not grown for ${formatDuration(since - still.since)}`;
    const suspects = [suspect({ standstill: still })];
    const targets = () => [{ ...DEAD, verdict: verdict('growing', { suspects }) }];
    await served({ targets, incidents: () => [silent] }, async (url) => {
      for (const path of ['/', '/targets/checkout-1', '/incidents/c0ffee']) {
        const page = await wordsAt(url + path);
        expect(page, path).to.contain(`when it was last read, it ${had}`);
        expect(page, path).to.contain('When it was last read: levelling off');
        expect(page, path).to.not.match(/at present:|not grown since|not seen (now|at present)/i);
      }
      expect(await wordsAt(`${url}/incidents/c0ffee`)).to.contain(
        `it ${had} when it was last read`,
      );
      expect(await wordsAt(`${url}/targets/checkout-1`)).to.contain(
        'it had not grown for 40m when it was last read',
      );
    });
  });

  it('is told as it was known before a restart', async () => {
    const found = { state: 'leak', reason: 'grew on and on' } as const;
    const { reading: _, verdict: __, ...rest } = DEAD;
    const asked = { ...rest, reading: undefined, verdict: undefined, recent: [] };
    const unread = { since: SINCE, why: WHY, found };
    await served({ ...alone, targets: () => [{ ...asked, unread }] }, async (url) => {
      const list = await wordsAt(`${url}/`);
      expect(list).to.match(
        /blind leak when last read no reading for 1m29s 2\.36GiB of 2GiB \(118%\) last read 1m29s ago/,
      );
      expect(list).to.contain('When last read: grew on and on').and.not.contain('no profile yet');
      const page = await wordsAt(`${url}/targets/checkout-1`);
      expect(page).to.contain(`checkout-1: ${SAID}. Memory was 2.36GiB of 2GiB (118%) then.`);
      expect(page).to.not.match(/No (profile|reading) yet|the first profile|not captured yet/);
      expect(await wordsAt(`${url}/status`)).to.contain(`checkout-1 1m29s ago ${WHY}`);
    });
  });

  it('is not told to have no profile where there may be some of before a restart', async () => {
    const asked = { ...DEAD, reading: undefined, verdict: undefined, capture: undefined };
    await served({ targets: () => [asked] }, async (url) => {
      const list = await wordsAt(`${url}/`);
      expect(list).to.contain('no profile since heapwarden was started');
      expect(list).to.contain('not captured since heapwarden was started');
    });
  });

  it('stands among the leaks, and its incident above those whose end is foreseen', async () => {
    const soon = incident({ id: 'soon', scope: 'other', sightings: [sighting({ target: 'x' })] });
    const incidents = () => [soon, ...alone.incidents()];
    await served({ ...alone, incidents }, async (url) => {
      const page = await wordsAt(`${url}/`);
      expect(page.indexOf('in checkout')).to.be.within(0, page.indexOf('in other'));
      expect(page.indexOf('checkout-1 service=')).to.be.within(0, page.indexOf('calm service='));
    });
  });

  it('is the same to programs', async () => {
    await served(dashboard, async (url) => {
      const json = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
      const state = { state: 'blind', stateWhenRead: 'leak', noReadingSince: SINCE };
      const told = { ...state, unread: { since: SINCE, why: WHY }, lastReading: LAST };
      expect(await json('/api/v1/targets/checkout-1')).to.deep.include(told);
      expect(await json('/api/v1/targets')).to.have.deep.nested.property(
        'targets[1].state',
        'blind',
      );
      expect(await json('/api/v1/targets/calm'))
        .to.include({ state: 'quiet' })
        .and.not.have.any.keys('stateWhenRead', 'noReadingSince', 'unread');
      const all = await json('/api/v1/incidents/c0ffee');
      expect(await json('/api/v1/incidents')).to.deep.equal({ incidents: [all] });
      const [calm, dead] = ['calm', 'checkout-1'].map((_, at) => `sightings[${at}]`);
      expect(all).to.have.nested.property(`${dead}.target`, 'checkout-1');
      expect(all).to.have.nested.property(`${dead}.unread.since`, SINCE);
      expect(all).to.have.nested.property(`${dead}.unread.why`, WHY);
      expect(all).to.have.nested.property(`${dead}.memory.readingBytes`, 2.36 * GIB);
      expect(all).to.not.have.nested.property(`${dead}.memory.limitReachedAt`);
      expect(all).to.have.nested.property(`${calm}.memory.limitReachedAt`);
      expect(all).to.not.have.nested.property(`${calm}.unread`);
    });
  });

  it('forecasts nothing where others of its incident do, and is counted there', async () => {
    await served(dashboard, async (url) => {
      for (const path of ['/', '/targets/checkout-1'])
        expect(await wordsAt(url + path)).to.contain(
          '2 targets · 1 without readings · calm: +114MiB/h · limit of 2GiB reached in 8h',
        );
      const page = await wordsAt(`${url}/incidents/c0ffee`);
      expect(page).to.contain('no reading for 1m29s');
      expect(page).to.contain('no forecast without readings').and.contain('in 8h earliest in 7h');
    });
  });

  it('is told without a memory where it never was read', async () => {
    const never = { ...DEAD, reading: undefined, lastReading: undefined, recent: [] };
    await served({ targets: () => [never] }, async (url) => {
      expect(await wordsAt(`${url}/targets/checkout-1`)).to.contain(
        `${SAID}. What the page tells of it is of before that.`,
      );
    });
  });

  it('is told as usual where what leaked there is over', async () => {
    const over = incident({ state: 'resolved', sightings: [sighting({ state: 'resolved' })] });
    await served({ ...alone, incidents: () => [silentSince(over)] }, async (url) => {
      const page = await wordsAt(`${url}/incidents/c0ffee`);
      expect(page).to.not.contain('no reading');
    });
  });
});
