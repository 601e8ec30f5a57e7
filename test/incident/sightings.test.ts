import { expect } from 'chai';
import { hasPassed, silenceOf, withSighting } from '../../src/incident/sightings.ts';
import { incident, sighting } from '../notify/drawn.ts';

describe('the sightings of an incident', () => {
  it('stand in one order, whichever came first', () => {
    const names = (...targets: readonly string[]) =>
      targets
        .map((target) => sighting({ target }))
        .reduce(withSighting, incident({ sightings: [] }))
        .sightings.map(({ target }) => target);
    expect(names('b', 'a', 'c')).to.deep.equal(['a', 'b', 'c']);
    expect(names('c', 'b', 'a')).to.deep.equal(['a', 'b', 'c']);
  });

  it('have a forecast that passed where its time came after it was made, and went by', () => {
    const foreseen = (limitReachedAt: number | undefined) =>
      sighting({ at: 5, memory: { ...sighting().memory, limitReachedAt } });
    expect(hasPassed(foreseen(8), 7)).to.equal(false);
    expect(hasPassed(foreseen(8), 8)).to.equal(true);
    expect(hasPassed(foreseen(5), 9), 'it was at its limit').to.equal(false);
    expect(hasPassed(foreseen(undefined), 9)).to.equal(false);
  });

  it('tell of a silence while the target is there that may speak again', () => {
    const unread = { since: 1, why: 'refused' };
    expect(silenceOf(sighting({ unread }))).to.equal(unread);
    expect(silenceOf(sighting({ unread, goneAt: 2 }))).to.equal(undefined);
    expect(silenceOf(sighting({ unread, state: 'resolved' }))).to.equal(undefined);
  });
});
