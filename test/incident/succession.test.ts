import { expect } from 'chai';
import type { Suspect } from '../../src/growth/verdict.ts';
import type { Incident, VerdictReport } from '../../src/incident/incident.ts';
import { incidentSchema } from '../../src/incident/incident-schema.ts';
import { presentIn } from '../../src/incident/scope.ts';
import { affectedShare, firingTargets } from '../../src/incident/sightings.ts';
import { forgetTargets, stepIncidents } from '../../src/incident/step.ts';
import { succeeded, SUCCESSION_MS } from '../../src/incident/succession.ts';
import { unseenWords } from '../../src/notify/unseen.ts';
import { headline } from '../../src/notify/words.ts';
import { outlook, report, suspect } from './report.ts';

const MINUTE = 60_000;
const PUT = suspect('append < cache.Put < api.Handle < main.main');
const LEAK = { state: 'leak', reason: 'cache.Put grows', suspects: [PUT] } as const;
const YOUNG = { state: 'insufficient', reason: 'too few profiles', freshInEpoch: 3 } as const;

/** The one incident of a fleet whose processes come and go, a minute from step to step. */
class Fleet {
  incidents: readonly Incident[] = [];
  at = 0;
  #targets: readonly string[] = [];

  targets(...names: readonly string[]): void {
    this.#targets = names;
    this.at += MINUTE;
    const present = presentIn(names.map((name) => ({ name, labels: { service: 'shop' } })));
    const departure = { at: this.at, reason: 'the target is no longer listed' };
    this.incidents = forgetTargets(this.incidents, present, departure).incidents;
  }

  report(target: string, more: Partial<VerdictReport>): void {
    this.at += MINUTE;
    const scopeTargets = this.#targets.length;
    const { incidents } = stepIncidents(
      this.incidents,
      report({ target, at: this.at, scopeTargets, ...more }),
    );
    this.incidents = incidents;
  }

  get incident(): Incident {
    expect(this.incidents).to.have.length(1);
    return this.incidents[0]!;
  }

  /** Of the sighting in a target. */
  in(target: string) {
    return this.incident.sightings.find((each) => each.target === target);
  }

  events(): readonly string[] {
    return this.incident.events.map(({ kind, reason }) => `${kind}: ${reason}`);
  }
}

/** Two processes, of which `a` leaks and ends; `b` stays. */
function withoutA(): Fleet {
  const fleet = new Fleet();
  fleet.targets('a', 'b');
  const shares = [{ kind: 'heap', growthBytes: 60, share: 0.6 }] as const;
  fleet.report('a', { ...LEAK, revision: 'v1', shares });
  fleet.targets('b');
  return fleet;
}

describe('a leak in a process that is replaced by one of another name', () => {
  it('fires on, and foresees nothing, while one is waited for', () => {
    const fleet = withoutA();
    expect(fleet.incident.state).to.equal('leak');
    expect(fleet.in('a')).to.deep.include({ state: 'leak', goneAt: fleet.at });
    expect(fleet.in('a')?.memory).to.include({ bytesPerHour: 0, limitReachedAt: undefined });
    expect(fleet.events().at(-1)).to.equal(
      'restarted: a: the target is no longer listed; what takes its place is watched for the leak',
    );
    expect(unseenWords(fleet.in('a')!, fleet.at))
      .to.contain('The process is gone')
      .and.contain('in its place');
    expect(headline(fleet.incident, fleet.in('a'), fleet.at)).to.contain(
      'gone, nothing in its place yet',
    );
    const { incident } = fleet;
    fleet.targets('b');
    expect(fleet.incident).to.equal(incident);
    expect(incidentSchema.parse(JSON.parse(JSON.stringify(incident)))).to.deep.equal(
      JSON.parse(JSON.stringify(incident)),
    );
  });

  it('goes on in the first young one of its fleet, and no older one', () => {
    const fleet = withoutA();
    fleet.report('b', { reason: 'nothing grows', freshInEpoch: 24 });
    expect(firingTargets(fleet.incident)).to.deep.equal(['a']);
    fleet.targets('b', 'c', 'd');
    fleet.report('c', { ...YOUNG, labels: { service: 'shop', zone: 'east' } });
    expect(firingTargets(fleet.incident)).to.deep.equal(['c']);
    expect(fleet.in('c')).to.deep.include({
      state: 'leak',
      formerly: 'a',
      revision: 'v1',
      profiles: undefined,
      labels: { service: 'shop', zone: 'east' },
    });
    expect(fleet.in('c')).to.not.have.any.keys('goneAt', 'shares');
    expect(unseenWords(fleet.in('c')!, fleet.at)).to.contain(
      'The process came in place of a (seen',
    );
    expect(headline(fleet.incident, fleet.in('c'), fleet.at)).to.contain('replaced, too early');
    expect(fleet.in('a')).to.include({
      state: 'resolved',
      isLeft: true,
      reason: 'c took its place',
    });
    expect(fleet.events().slice(-2)).to.deep.equal([
      'restarted: c: in place of a; the leak is watched for again',
      'updated: a: c took its place',
    ]);
    fleet.report('d', YOUNG);
    expect(firingTargets(fleet.incident)).to.deep.equal(['c']);
  });

  it('does not go on in one that it knows already, if by name alone', () => {
    const fleet = withoutA();
    const known = { ...fleet.incident, unlistedTargets: ['c'] };
    expect(succeeded(known, report({ ...YOUNG, target: 'c', at: fleet.at }))).to.equal(known);
  });

  it('is found fixed there by as much as after a restart, with the build that did', () => {
    const fleet = withoutA();
    fleet.targets('b', 'c');
    fleet.report('c', YOUNG);
    for (const freshInEpoch of [24, 47]) {
      fleet.report('c', { freshInEpoch, revision: 'v2' });
      expect(fleet.incident.state, `${freshInEpoch}`).to.equal('leak');
    }
    fleet.report('c', { freshInEpoch: 48, revision: 'v2' });
    expect(fleet.incident.state).to.equal('resolved');
    expect(fleet.incident.reason).to.equal(
      'c: looks fixed in build v2: no growth over 48 fresh profiles since it was deployed (it grew in v1)',
    );
    // What is said of an end is said of the first.
    expect(fleet.incident.sightings.map(({ target }) => target)).to.deep.equal(['c', 'a']);
    expect(headline(fleet.incident, fleet.incident.sightings[0], fleet.at)).to.contain(
      'cache.Put no longer grows',
    );
  });

  it('says how far memory fell since the leak was last seen, whatever came in between', () => {
    const holding = (mib: number) => (of: Suspect) => ({
      ...outlook(of),
      readingBytes: mib * 2 ** 20,
    });
    const fleet = new Fleet();
    fleet.targets('a', 'b');
    fleet.report('a', { ...LEAK, outlook: holding(910) });
    fleet.report('a', { ...YOUNG, newEpoch: true, outlook: holding(12) });
    fleet.targets('b', 'c');
    fleet.report('c', { ...YOUNG, outlook: holding(13) });
    fleet.report('c', { freshInEpoch: 48, outlook: holding(40) });
    expect(fleet.incident.reason).to.equal(
      'c: no growth over 48 fresh profiles since the restart, and memory fell from 910MiB to 40MiB',
    );
  });

  it('is the same leak where it grows again, and after the next replacement', () => {
    const fleet = withoutA();
    fleet.targets('b', 'c');
    fleet.report('c', YOUNG);
    fleet.report('c', { ...LEAK, state: 'suspect', freshInEpoch: 24, revision: 'v2' });
    expect(fleet.in('c')).to.deep.include({ state: 'leak', revision: 'v2', formerly: 'a' });
    expect(fleet.in('c')).to.not.have.property('quiet');
    fleet.targets('b', 'd');
    fleet.report('d', YOUNG);
    expect(fleet.in('d')).to.include({ state: 'leak', formerly: 'a' });
    expect(affectedShare(fleet.incident)).to.deep.equal({ firing: 1, of: 2 });
  });

  it('is over where nobody comes in an hour, and at once where nobody of the fleet is left', () => {
    const fleet = withoutA();
    fleet.at += SUCCESSION_MS - 3 * MINUTE;
    fleet.report('b', {});
    expect(fleet.incident.state).to.equal('leak');
    fleet.at += 2 * MINUTE;
    fleet.report('b', {});
    expect(fleet.incident).to.include({
      state: 'resolved',
      reason: 'a: the target is gone, and no other took its place',
    });
    expect(fleet.in('a')?.isLeft).to.equal(true);
    const late = withoutA();
    late.at += SUCCESSION_MS;
    late.report('b', LEAK);
    expect(firingTargets(late.incident)).to.deep.equal([]);
    late.report('b', LEAK);
    expect(late.incidents.map(({ state }) => state)).to.deep.equal(['resolved', 'leak']);
    const setBack = withoutA();
    setBack.at -= SUCCESSION_MS + 3 * MINUTE;
    setBack.report('b', {});
    expect(setBack.incident.state).to.equal('resolved');
    const alone = withoutA();
    alone.targets();
    expect(alone.incident).to.include({
      state: 'resolved',
      reason: 'a: the target is no longer listed',
    });
    expect(alone.in('a')).to.not.have.property('goneAt');
  });

  it('never went where its target is listed again', () => {
    const fleet = withoutA();
    fleet.targets('a', 'b', 'c');
    fleet.report('a', YOUNG);
    fleet.report('c', YOUNG);
    expect(firingTargets(fleet.incident)).to.deep.equal(['a']);
    expect(fleet.in('a')).to.not.have.property('goneAt');
    // The same process may have given many profiles before: none of them speaks against the leak.
    fleet.report('a', { reason: 'nothing grows', freshInEpoch: 200 });
    expect(fleet.in('a')?.state).to.equal('leak');
    fleet.report('a', LEAK);
    expect(fleet.in('a')).to.include({ state: 'leak' }).and.not.have.property('formerly');
  });

  it('is taken over once for each that went, in each incident', () => {
    const fleet = new Fleet();
    fleet.targets('a', 'b', 'c');
    for (const target of ['a', 'b']) fleet.report(target, LEAK);
    fleet.targets('c');
    fleet.targets('c', 'd', 'e', 'f');
    for (const target of ['d', 'e', 'f']) fleet.report(target, YOUNG);
    expect(firingTargets(fleet.incident)).to.have.members(['d', 'e']);
    expect(affectedShare(fleet.incident)).to.deep.equal({ firing: 2, of: 4 });
  });
});
