import { expect } from 'chai';
import type { VerdictState } from '../../src/growth/verdict.ts';
import { fingerprint } from '../../src/incident/fingerprint.ts';
import type { Incident, VerdictReport } from '../../src/incident/incident.ts';
import { concerns, stepIncidents, type Step } from '../../src/incident/step.ts';
import { report, suspect } from './report.ts';

const RUNS = 40;
const STEPS = 250;
const MIN_PROFILES = 3;

const SUSPECTS = [
  suspect('append < cache.Put < api.Handle < main.main'),
  suspect('append < cache.Put < api.Handle < main.main', { function: 'api.Handle' }),
  suspect('strings.Clone < feed.Load < main.main'),
  suspect('make < session.Create < api.Handle < main.main'),
];
const STATES: readonly VerdictState[] = ['insufficient', 'quiet', 'growing', 'suspect', 'leak'];
/** What may be said of one suspect alone: no more than of all. */
const ALONE: Readonly<Record<VerdictState, readonly VerdictState[]>> = {
  insufficient: ['insufficient'],
  quiet: ['quiet'],
  growing: ['growing'],
  suspect: ['growing', 'suspect'],
  leak: ['growing', 'suspect', 'leak'],
};

/** Mulberry32: numbers from 0 to 1 that are the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Reports of three targets in two scopes, that restart, grow and fall quiet for runs of random length. */
function* randomReports(seed: number): Generator<VerdictReport> {
  const roll = dice(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(roll() * from.length)]!;
  const targets = ['a', 'b', 'c'].map((name) => ({ name, fresh: 0, state: pick(STATES) }));
  for (let i = 1; i <= STEPS; i += 1) {
    const target = pick(targets);
    const newEpoch = roll() < 0.04;
    if (roll() < 0.2) target.state = pick(STATES);
    target.fresh = newEpoch ? 1 : target.fresh + (roll() < 0.8 ? 1 : 0);
    const silent = target.state === 'quiet' || target.state === 'insufficient';
    yield report({
      target: target.name,
      scope: target.name === 'c' ? 'blog' : 'shop',
      at: i * 1_000,
      state: target.state,
      suspects: silent
        ? []
        : SUSPECTS.filter(() => roll() < 0.4).map((each) =>
            roll() < 0.5 ? each : { ...each, state: pick(ALONE[target.state]) },
          ),
      freshInEpoch: target.fresh,
      minProfiles: MIN_PROFILES,
      newEpoch,
    });
  }
}

interface Played {
  readonly before: readonly Incident[];
  readonly step: Step;
  /** Of this run, oldest first; the last one led to the step. */
  readonly reports: readonly VerdictReport[];
}

function everyStep(check: (played: Played) => void): void {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    let before: readonly Incident[] = [];
    const reports: VerdictReport[] = [];
    for (const by of randomReports(seed)) {
      reports.push(by);
      const step = stepIncidents(before, by);
      check({ before, step, reports });
      before = step.incidents;
    }
  }
}

function identities(incidents: readonly Incident[]): readonly string[] {
  return incidents.map(({ id, scope, function: name, openedAt }) =>
    [id, scope, name, openedAt].join(' '),
  );
}

/** How many fresh profiles the target of the last report has given since it was restarted or named the function. */
function profilesWithout(name: string, reports: readonly VerdictReport[]): number {
  const last = reports.at(-1)!;
  const own = reports.filter((by) => by.target === last.target);
  const from = own.findLast(
    (by) => by.newEpoch || by.suspects.some((one) => one.function === name),
  );
  if (from === undefined) return 0;
  return last.freshInEpoch - (from.newEpoch ? 0 : from.freshInEpoch);
}

describe('stepIncidents, over random reports', () => {
  it('is no step where the report concerns none of them', () => {
    let idle = 0;
    everyStep(({ before, step, reports }) => {
      const by = reports.at(-1)!;
      if (concerns(before, by)) return;
      idle += 1;
      expect(step.changes).to.be.empty;
      expect(step.incidents).to.have.ordered.members([...before]);
    });
    expect(idle).to.be.above(100);
  });

  it('gives no two incidents one id, and never changes what an incident is', () => {
    everyStep(({ before, step }) => {
      const now = identities(step.incidents);
      expect(now.slice(0, before.length).join()).to.equal(identities(before).join());
      expect(new Set(step.incidents.map(({ id }) => id)).size).to.equal(now.length);
    });
  });

  it('never has two open incidents of one leak', () => {
    everyStep(({ step }) => {
      const open = step.incidents.filter(({ state }) => state !== 'resolved').map(fingerprint);
      expect(new Set(open).size).to.equal(open.length);
    });
  });

  it('only ever goes from suspect to leak to resolved, and tells each of these once', () => {
    const seen = new Set<string>();
    everyStep(({ before, step }) => {
      const old = new Map(before.map(({ id, state }) => [id, state]));
      const moved = step.incidents.filter(({ id, state }) => old.get(id) !== state);
      for (const { id, state } of moved) seen.add(`${old.get(id) ?? 'new'} ${state}`);
      const told = step.changes.filter(({ kind }) => kind !== 'updated');
      expect(told.map(({ incident }) => incident.id)).to.deep.equal(moved.map(({ id }) => id));
    });
    expect([...seen].toSorted()).to.deep.equal([
      'leak resolved',
      'new leak',
      'new suspect',
      'suspect leak',
      'suspect resolved',
    ]);
  });

  it('resolves only after enough profiles without the leak, and in every target', () => {
    let resolved = 0;
    everyStep(({ step, reports }) => {
      const by = reports.at(-1)!;
      for (const { incident } of step.changes.filter(({ kind }) => kind === 'resolved')) {
        resolved += 1;
        expect(by.state).to.not.equal('insufficient');
        expect(by.freshInEpoch).to.be.at.least(2 * MIN_PROFILES);
        expect(profilesWithout(incident.function, reports)).to.be.at.least(MIN_PROFILES);
        expect(incident.sightings.every(({ state }) => state === 'resolved')).to.equal(true);
      }
    });
    expect(resolved).to.be.greaterThan(RUNS);
  });

  it('leaves its input as it was', () => {
    let incidents: readonly Incident[] = [];
    for (const by of randomReports(1)) {
      const copy = structuredClone(incidents);
      const step = stepIncidents(incidents, by);
      expect(incidents).to.deep.equal(copy);
      incidents = step.incidents;
    }
    expect(incidents).to.not.be.empty;
  });
});
