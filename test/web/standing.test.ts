import { expect } from 'chai';
import {
  limitReachedAt,
  openIncidents,
  shareOfLimit,
  soonestEnd,
  standing,
  stateWhenRead,
  worstFirst,
} from '../../src/web/standing.ts';
import { NOW, incident, reading, sighting, target, verdict } from './values.ts';

const BLIND = { mode: 'blind', decision: { capture: 'none', reason: '' } } as const;

describe('standing', () => {
  it('is the verdict, and starting before there is one', () => {
    expect(standing(target({ verdict: verdict('growing') }))).to.equal('growing');
    expect(standing(target({ verdict: undefined }))).to.equal('starting');
  });

  it('is blind without readings, and what was found before is of before', () => {
    for (const state of ['quiet', 'leak'] as const) {
      const blind = target({ verdict: verdict(state), trigger: BLIND });
      expect([standing(blind), stateWhenRead(blind)]).to.deep.equal(['blind', state]);
    }
    expect(stateWhenRead(target({ verdict: verdict('leak') }))).to.equal(undefined);
    expect(stateWhenRead(target({ verdict: undefined, trigger: BLIND }))).to.equal(undefined);
  });

  it('orders targets by state, then by how near the limit is, then by name', () => {
    const used = (bytes: number) => reading({ rssBytes: bytes });
    const targets = [
      target({ name: 'b', limitBytes: 100, reading: used(10) }),
      target({ name: 'a', limitBytes: 100, reading: used(10) }),
      target({ name: 'full', limitBytes: 100, reading: used(90) }),
      target({ name: 'blind', trigger: BLIND }),
      target({ name: 'leak', verdict: verdict('leak') }),
      target({ name: 'leaked', verdict: verdict('leak'), trigger: BLIND, limitBytes: undefined }),
    ];
    expect(worstFirst(targets).map(({ name }) => name)).to.deep.equal([
      'leak',
      'leaked',
      'blind',
      'full',
      'a',
      'b',
    ]);
  });

  it('knows no share of the limit without a reading, without a limit, or of a limit of zero', () => {
    expect(shareOfLimit(target({ limitBytes: 2252 * 2 ** 20 }))).to.equal(0.5);
    expect(shareOfLimit(target({ reading: undefined }))).to.equal(undefined);
    expect(shareOfLimit(target({ limitBytes: undefined }))).to.equal(undefined);
    expect(shareOfLimit(target({ limitBytes: 0 }))).to.equal(undefined);
  });

  it('puts leaks before suspects, the soonest end before later ones, and new before old', () => {
    const endless = [sighting({ memory: { ...sighting().memory, limitReachedAt: undefined } })];
    const ending = (inMs: number) => [
      sighting({ memory: { ...sighting().memory, limitReachedAt: NOW + inMs } }),
    ];
    const incidents = [
      incident({ id: 'suspect', state: 'suspect', openedAt: NOW, sightings: ending(1) }),
      incident({ id: 'old leak', openedAt: NOW - 2, sightings: endless }),
      incident({ id: 'resolved', state: 'resolved' }),
      incident({ id: 'new leak', openedAt: NOW - 1, sightings: endless }),
      incident({ id: 'ends later', openedAt: NOW, sightings: ending(9) }),
      incident({ id: 'ends soon', openedAt: NOW - 3, sightings: ending(5) }),
    ];
    expect(openIncidents(incidents, NOW).map(({ id }) => id)).to.deep.equal([
      'ends soon',
      'ends later',
      'new leak',
      'old leak',
      'suspect',
    ]);
  });

  it('takes the soonest end of those in sight, of targets in which it is seen', () => {
    const ending = (
      name: string,
      limitReached: number | undefined,
      state: 'leak' | 'resolved' = 'leak',
    ) =>
      sighting({
        target: name,
        state,
        memory: { ...sighting().memory, limitReachedAt: limitReached },
      });
    const one = incident({
      sightings: [
        ending('a', NOW + 9),
        ending('b', NOW + 5),
        ending('c', undefined),
        ending('d', NOW, 'resolved'),
        { ...ending('e', NOW), quiet: { fromFresh: 0, sinceRestart: true } },
      ],
    });
    expect(soonestEnd(one, NOW + 7)?.memory.limitReachedAt).to.equal(NOW + 9);
    expect(soonestEnd(one, NOW)?.memory.limitReachedAt).to.equal(NOW + 5);
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => limitReachedAt(name, [one], NOW))).to.deep.equal(
      [NOW + 9, NOW + 5, undefined, undefined, undefined],
    );
  });
});
