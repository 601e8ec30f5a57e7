import { expect } from 'chai';
import type { Dashboard } from '../../src/web/status.ts';
import { served, words, wordsAt } from './served.ts';
import { NOW, incident, reading, sighting, suspect, target, verdict } from './values.ts';

const SINCE = NOW - 89_000;
const GIB = 2 ** 30;

/** It leaked, passed its limit, and gives no readings any more. */
const DEAD = target({
  noReadingSince: SINCE,
  reading: reading({ at: SINCE, rssBytes: 2.36 * GIB }),
  readingError: { at: NOW - 2_000, message: 'connect ECONNREFUSED' },
  trigger: { mode: 'blind', decision: { capture: 'none', reason: 'no reading for 1m21s' } },
  verdict: verdict('leak', { reason: 'grew on and on', suspects: [suspect()] }),
});

/** What was foreseen is of the very moment of the last report: the limit was passed by then. */
const MEMORY = { ...sighting().memory, readingBytes: 2.3 * GIB, limitReachedAt: SINCE };
const FELL = sighting({ at: SINCE, memory: MEMORY });

describe('a target that leaked and gives no readings any more', () => {
  const dashboard: Partial<Dashboard> = {
    targets: () => [target({ name: 'calm' }), DEAD],
    incidents: () => [incident({ sightings: [FELL, sighting({ target: 'calm' })] })],
  };
  const alone = { ...dashboard, incidents: () => [incident({ sightings: [FELL] })] };

  it('has both said of it wherever it is shown, with when it was read last, and no forecast', async () => {
    await served(alone, async (url) => {
      for (const path of ['/', '/targets/checkout-1', '/incidents/c0ffee']) {
        const page = await wordsAt(url + path);
        expect(page, path).to.contain(
          'checkout-1: last read 1m29s ago at 2.36GiB of 2GiB (118%), and no reading since: connect ECONNREFUSED',
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
      const page = await (await fetch(`${url}/`)).text();
      const [row = ''] = page.match(/<tr>(?:(?!<tr>)[^])*checkout-1<[^]*?<\/tr>/) ?? [];
      expect(words(row)).to.match(
        /blind leak when last read no reading for 1m29s 2\.36GiB of 2GiB \(118%\) last read 1m29s ago/,
      );
      expect(words(row)).to.match(/\+114MiB\/h when last read example/);
      expect(words(row)).to.contain('When last read: grew on and on');
    });
  });

  it('is told as it was known before a restart, and that it may have been killed', async () => {
    const unread = { since: SINCE, why: 'connect ECONNREFUSED', nearLimit: true } as const;
    const kept = incident({ sightings: [{ ...FELL, unread }] });
    const asked = { ...DEAD, reading: undefined, noReadingSince: NOW - 33_000 };
    for (const targets of [[], [asked]])
      await served({ targets: () => targets, incidents: () => [kept] }, async (url) => {
        const page = await wordsAt(`${url}/incidents/c0ffee`);
        expect(page).to.contain(
          'checkout-1: last read 1m29s ago at 2.3GiB of 2GiB (115%), and no reading since: connect ECONNREFUSED. It may have been killed at its limit. When last read:',
        );
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
      expect(await json('/api/v1/targets/checkout-1')).to.deep.include(state);
      expect(await json('/api/v1/targets')).to.have.deep.nested.property(
        'targets[1].state',
        'blind',
      );
      expect(await json('/api/v1/targets/calm'))
        .to.include({ state: 'quiet' })
        .and.not.have.any.keys('stateWhenRead', 'noReadingSince');
      const one = await json('/api/v1/incidents/c0ffee');
      expect(await json('/api/v1/incidents')).to.deep.equal({ incidents: [one] });
      expect(one).to.have.deep.nested.property('sightings[0].noReading', {
        since: SINCE,
        why: 'connect ECONNREFUSED',
        readingBytes: 2.36 * GIB,
        limitBytes: 2 * GIB,
      });
      expect(one).to.not.have.nested.property('sightings[0].memory.limitReachedAt');
      expect(one).to.have.nested.property('sightings[1].memory.limitReachedAt');
      expect(one).to.not.have.nested.property('sightings[1].noReading');
    });
  });

  it('forecasts nothing where others of its incident do, and is counted there', async () => {
    await served(dashboard, async (url) => {
      expect(await wordsAt(`${url}/`)).to.contain('2 targets · 1 without readings');
      const page = await wordsAt(`${url}/incidents/c0ffee`);
      expect(page).to.contain('no reading for 1m29s');
      expect(page).to.contain('no forecast without readings').and.contain('in 8h earliest in 7h');
    });
  });

  it('is told without a time where it never was read', async () => {
    const never = { ...DEAD, reading: undefined, recent: [] };
    await served({ ...alone, targets: () => [never] }, async (url) => {
      expect(await wordsAt(`${url}/targets/checkout-1`)).to.contain(
        'no reading for as long as it is watched: connect ECONNREFUSED',
      );
    });
  });

  it('is told as usual where what leaked there is over', async () => {
    const over = incident({ state: 'resolved', sightings: [{ ...FELL, state: 'resolved' }] });
    await served({ ...alone, incidents: () => [over] }, async (url) => {
      const page = await wordsAt(`${url}/incidents/c0ffee`);
      expect(page).to.not.contain('no reading');
    });
  });
});
