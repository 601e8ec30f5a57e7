import { expect } from 'chai';
import type { FleetQuery } from '../../src/web/fleet.ts';
import { readFleetQuery, viewFleet, writeFleetQuery } from '../../src/web/fleet.ts';
import { NOW, incident, reading, sighting, suspect, target, verdict } from './values.ts';

const ALL: FleetQuery = { q: '', state: '', service: '', sort: 'worst', page: 1 };

const NONE = { incidents: [], now: NOW };

describe('viewFleet', () => {
  const fleet = [
    target({ name: 'a-1', labels: { service: 'a' } }),
    target({ name: 'a-2', labels: { service: 'a', env: 'test' }, verdict: verdict('growing') }),
    target({ name: 'b-1', labels: { service: 'b' } }),
    target({ name: 'b-2', labels: { service: 'b' }, verdict: leaking('shop.(*Cart).Add') }),
    target({ name: 'lone', labels: {} }),
  ];

  it('groups by service, the one with the worst target first', () => {
    expect(drawn(fleet, ALL)).to.deep.equal(['b: b-2 b-1', 'a: a-2 a-1', ': lone']);
  });

  it('finds every word in name, labels or suspects, in whatever case', () => {
    expect(drawn(fleet, { ...ALL, q: 'CART' })).to.deep.equal(['b: b-2']);
    expect(drawn(fleet, { ...ALL, q: 'a- env=test' })).to.deep.equal(['a: a-2']);
    expect(drawn(fleet, { ...ALL, q: 'nothing' })).to.deep.equal([]);
  });

  it('finds what open incidents tell of a target, and nothing of what is over', () => {
    const place = (name: string) => ({ function: name, file: 'x.go', line: 1 });
    const goroutines = {
      blockedIn: place('quote.ask'),
      startedBy: place('quote.run'),
      createdIn: 'quote.Cheapest',
      state: 'select',
      stack: [],
      count: 9,
      grownBy: 9,
      perHour: 9,
      bytesEach: undefined,
      isProven: false,
    };
    const told = sighting({
      target: 'lone',
      suspect: suspect({ function: 'old.Leak' }),
      coSuspects: [suspect({ function: 'old.Beside' })],
      goroutines,
    });
    const over = sighting({
      target: 'a-1',
      state: 'resolved',
      suspect: suspect({ function: 'old.Leak' }),
    });
    const found = (q: string, state: 'leak' | 'resolved' = 'leak') => {
      const known = { ...NONE, incidents: [incident({ state, sightings: [told, over] })] };
      const { groups } = viewFleet(fleet, known, { ...ALL, q });
      return groups.flatMap(({ shown }) => shown.map(({ name }) => name));
    };
    for (const q of ['old.leak', 'BESIDE', 'quote.ask', 'quote.run', 'lone cheapest'])
      expect(found(q), q).to.deep.equal(['lone']);
    expect(found('old.leak', 'resolved')).to.deep.equal([]);
  });

  it('filters by state and by service, and counts the states of all', () => {
    expect(drawn(fleet, { ...ALL, state: 'growing' })).to.deep.equal(['a: a-2']);
    expect(drawn(fleet, { ...ALL, service: 'a' })).to.deep.equal(['a: a-2 a-1']);
    const { counts, matching } = viewFleet(fleet, NONE, { ...ALL, state: 'growing' });
    expect([counts.get('leak'), counts.get('growing'), counts.get('quiet')]).to.deep.equal([
      1, 1, 3,
    ]);
    expect(matching).to.equal(1);
  });

  it('sorts by name, share of the limit, growth, or time to the limit', () => {
    const near = target({ name: 'near', reading: reading({ rssBytes: 2 ** 31 }) });
    const told = sighting({ target: 'near' });
    const all = [...fleet, near];
    const first = (sort: FleetQuery['sort']) =>
      viewFleet(
        all,
        { ...NONE, incidents: [incident({ openedAt: NOW, sightings: [told] })] },
        { ...ALL, sort },
      ).groups[0]!.shown[0]!.name;
    expect(first('name')).to.equal('a-1');
    expect(first('memory')).to.equal('near');
    expect(first('growth')).to.equal('b-2');
    expect(first('end')).to.equal('near');
  });

  it('sorts by growth beside the heap too, as incidents tell it', () => {
    const faster = suspect({ growthBytesPerHour: 2 ** 40 });
    const one = incident({
      kind: 'off_heap',
      sightings: [sighting({ target: 'lone', suspect: faster })],
    });
    const sorted = (sort: FleetQuery['sort']) =>
      viewFleet(fleet, { ...NONE, incidents: [one] }, { ...ALL, sort }).groups[0]!.shown;
    expect(sorted('growth').map(({ name }) => name)).to.deep.equal([
      'lone',
      'b-2',
      'a-1',
      'a-2',
      'b-1',
    ]);
    expect(sorted('end')[0]!.name).to.equal('lone');
  });

  it('shows the worst few of a large service, and all of it where it is asked for', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      target({ name: `m-${index}`, labels: { service: 'many' } }),
    );
    const both = viewFleet([...many, ...fleet], NONE, ALL).groups.find((g) => g.service === 'many');
    expect([both!.shown.length, both!.total]).to.deep.equal([8, 300]);
    const alone = viewFleet([...many, ...fleet], NONE, { ...ALL, service: 'many' });
    expect([alone.groups[0]!.shown.length, alone.pages]).to.deep.equal([80, 4]);
  });

  it('shows each target of a service on exactly one page', () => {
    const many = Array.from({ length: 333 }, (_, index) =>
      target({ name: `m-${index}`, labels: { service: 'many' } }),
    );
    const names = [1, 2, 3, 4, 5].flatMap((page) =>
      viewFleet(many, NONE, { ...ALL, page }).groups.flatMap(({ shown }) =>
        shown.map(({ name }) => name),
      ),
    );
    expect(names).to.have.length(333);
    expect(new Set(names).size).to.equal(333);
  });

  it('shows the last page for one beyond it', () => {
    expect(viewFleet(fleet, NONE, { ...ALL, page: 99 }).page).to.equal(1);
  });

  it('reads from a link what it wrote into it, and falls back where it says nothing', () => {
    const query: FleetQuery = { q: 'a&b=c', state: 'leak', service: 'é', sort: 'end', page: 3 };
    const link = Object.fromEntries(new URLSearchParams(writeFleetQuery(query)));
    expect(readFleetQuery(link)).to.deep.equal(query);
    expect(readFleetQuery({ state: 'x', sort: 'y', page: '-1' })).to.deep.equal(ALL);
  });
});

function leaking(name: string) {
  return verdict('leak', { suspects: [suspect({ function: name })] });
}

function drawn(targets: Parameters<typeof viewFleet>[0], query: FleetQuery): string[] {
  return viewFleet(targets, NONE, query).groups.map(
    ({ service, shown }) => `${service}: ${shown.map(({ name }) => name).join(' ')}`,
  );
}
