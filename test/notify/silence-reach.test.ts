import { expect } from 'chai';
import { parseMatcher } from '../../src/config/matcher.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { reachOf, type Silenceable } from '../../src/notify/silence-reach.ts';
import type { Silence } from '../../src/notify/silences.ts';
import { incident, NOW, sighting } from './drawn.ts';

const TARGETS: readonly Silenceable[] = [
  { name: 'a', labels: { service: 'checkout', team: 'payments' } },
  { name: 'b', labels: { service: 'checkout', team: 'web' } },
  { name: 'c', labels: { service: 'search' } },
];

function silence(...matchers: readonly string[]): Silence {
  const read = matchers.map(parseMatcher).flatMap((each) => ('wrong' in each ? [] : [each]));
  const said = { createdAt: NOW, createdBy: 'ada', comment: '' };
  return { id: 's', matchers: read, startsAt: NOW, endsAt: NOW + 1, ...said };
}

function words(
  matchers: readonly string[],
  incidents: readonly Incident[] = [incident()],
  targets = TARGETS,
): string {
  return reachOf(silence(...matchers), { incidents, targets }).words;
}

describe('what a silence holds for', () => {
  it('is told in open incidents and in targets', () => {
    expect(words(['service = checkout'])).to.equal('1 of 1 open incident and 2 of 3 targets');
    expect(words(['team = web'])).to.equal('0 of 1 open incident and 1 of 3 targets');
    expect(words(['target =~ "a|c"'], [])).to.equal('0 open incidents and 2 of 3 targets');
    const over = incident({ state: 'resolved' });
    expect(words(['service = checkout'], [over])).to.match(/^0 open incidents /);
  });

  it('is nothing where a label is misspelled, and says which', () => {
    const unknown = 'no target has a label servce; did you mean service?';
    expect(words(['servce = shop'], [])).to.equal(
      `0 open incidents and 0 of 3 targets; ${unknown}`,
    );
    expect(words(['severty = critical'])).to.match(/; did you mean severity\?$/);
    expect(words(['qqqqqqqq = x'])).to.match(/; no target has a label qqqqqqqq$/);
    expect(words(['zone != a'])).to.not.contain('no target');
    expect(words(['service = nobody'])).to.equal('0 of 1 open incident and 0 of 3 targets');
  });

  it('leaves open for a target what only an incident says', () => {
    const both = ['severity = critical', 'service = checkout'];
    expect(words(both)).to.equal('0 of 1 open incident and 2 of 3 targets');
    for (const own of ['severity = none', 'function = none', 'kind = none'])
      expect(words([own]), own).to.equal('0 of 1 open incident and 3 of 3 targets');
    expect(words(['incident = one'])).to.equal('1 of 1 open incident and 3 of 3 targets');
    expect(words(['alertname = GoHeapLeak'])).to.match(/ 3 of 3 targets$/);
  });

  it('is not an incident that goes on in other targets too, and says that', () => {
    const sightings = [sighting({ target: 'a' }), sighting({ target: 'b' })];
    expect(words(['target = a'], [incident({ sightings })])).to.equal(
      '0 of 1 open incident and 1 of 3 targets; not for 1 more, of which the matchers hold in some of the targets and not in all',
    );
  });

  it('is counted anew when targets come and go', () => {
    const one = silence('service = checkout');
    const count = (targets: readonly Silenceable[]) => reachOf(one, { incidents: [], targets });
    expect(count(TARGETS)).to.deep.include({ targets: 2, ofTargets: 3 });
    expect(count(TARGETS.slice(1))).to.deep.include({ targets: 1, ofTargets: 2 });
    expect(count([]).words).to.equal('0 open incidents and 0 of 0 targets');
  });
});
