import { expect } from 'chai';
import { withEvent } from '../../src/incident/event.ts';
import { functionsFollowed } from '../../src/incident/followed.ts';
import type { Incident, VerdictReport } from '../../src/incident/incident.ts';
import { affectedShare, targetCount } from '../../src/incident/sightings.ts';
import { concerns, forgetTargets, stepIncidents, type Step } from '../../src/incident/step.ts';
import { functionsOf } from '../../src/notify/incident-facts.ts';
import type { Suspect } from '../../src/growth/verdict.ts';
import { outlook, report, suspect } from './report.ts';

const PUT = suspect('append < cache.Put < api.Handle < main.main');
const LOAD = suspect('strings.Clone < feed.Load < main.main', { growthBytesPerHour: 5e6 });

/** Plays reports one after another; tells the last step, and every change as `kind function`. */
function play(...reports: readonly Partial<VerdictReport>[]): Step & { readonly told: string[] } {
  const told: string[] = [];
  let step: Step = { incidents: [], changes: [] };
  for (const [i, more] of reports.entries()) {
    step = stepIncidents(step.incidents, report({ at: 1_000 * (i + 1), ...more }));
    told.push(...step.changes.map((change) => `${change.kind} ${change.incident.function}`));
  }
  return { ...step, told };
}

function only(step: Step): Incident {
  expect(step.incidents).to.have.length(1);
  return step.incidents[0]!;
}

const SUSPECT = { state: 'suspect', reason: 'cache.Put grows', suspects: [PUT] } as const;
const LEAK = { ...SUSPECT, state: 'leak' } as const;

describe('stepIncidents', () => {
  it('opens an incident for a suspect, with what is known of it', () => {
    const incident = only(play(SUSPECT));
    expect(incident).to.deep.include({
      scope: 'shop',
      kind: 'heap',
      function: 'cache.Put',
      state: 'suspect',
      openedAt: 1_000,
      updatedAt: 1_000,
      resolvedAt: undefined,
      reason: 'cache.Put grows',
      events: [{ at: 1_000, kind: 'opened', reason: 'cache.Put grows' }],
    });
    expect(incident.sightings).to.have.length(1);
    expect(incident.sightings[0]).to.deep.include({ target: 'shop-1', state: 'suspect' });
    expect(incident.sightings[0]?.memory.bytesPerHour).to.equal(PUT.growthBytesPerHour);
  });

  it('opens one for a caller and a callee that one report names on one path', () => {
    const caller = suspect('append < cache.Put < api.Handle', { function: 'api.Handle' });
    expect(play({ ...SUSPECT, suspects: [PUT, caller] }).told).to.deep.equal(['opened cache.Put']);
  });

  it('opens none for what grows beside a leak and is no suspect by itself, and shows it', () => {
    const full = suspect('make < lru.Load < main.main', { state: 'growing', reason: 'it is full' });
    const step = play({ ...LEAK, suspects: [PUT, full] });
    expect(step.told).to.deep.equal(['opened cache.Put']);
    expect(only(step).sightings[0]?.coSuspects).to.deep.equal([full]);
  });

  it('opens one for each of two leaks, with what is said of it alone', () => {
    const load = { ...LOAD, state: 'suspect', reason: 'feed.Load grows' } as const;
    const [first, second] = play({ ...LEAK, suspects: [PUT, load] }).incidents;
    expect(first).to.deep.include({ function: 'cache.Put', state: 'leak' });
    expect(second).to.deep.include({
      function: 'feed.Load',
      state: 'suspect',
      reason: 'feed.Load grows',
    });
    const proven = { ...load, state: 'leak' } as const;
    expect(play({ ...LEAK, suspects: [PUT, load] }, { ...LEAK, suspects: [PUT, proven] }).told) //
      .to.deep.equal(['opened cache.Put', 'opened feed.Load', 'escalated feed.Load']);
  });

  it('neither escalates nor goes on for what still grows beside another leak as no suspect', () => {
    const beside = (more: Partial<Suspect>) =>
      ({ ...LEAK, suspects: [LOAD, { ...PUT, state: 'growing', ...more }] }) as const;
    const [seen] = play(SUSPECT, beside({})).incidents;
    expect(seen).to.deep.include({ function: 'cache.Put', state: 'suspect' });
    expect(seen?.sightings[0]).not.to.have.property('quiet');
    const [missed] = play(SUSPECT, beside({ growthBytesPerHourLow: -1 })).incidents;
    expect(missed?.sightings[0]).to.have.property('quiet');
  });

  it('tells in how many targets of the fleet the leak goes on, by the newest count of them', () => {
    const affected = (...reports: readonly Partial<VerdictReport>[]) =>
      affectedShare(only(play(...reports)));
    const other = { ...SUSPECT, target: 'shop-2' };
    expect(affected({ ...SUSPECT, scopeTargets: 8 }, { ...other, scopeTargets: 9 })).to.deep.equal({
      firing: 2,
      of: 9,
    });
    // Of a target that left the configuration since, the incident still knows.
    expect(affected(SUSPECT, { ...other, scopeTargets: 1 })).to.deep.equal({ firing: 2, of: 2 });
    expect(affected({ ...SUSPECT, scopeTargets: 1 })).to.equal(undefined);
    expect(affected(SUSPECT, other)).to.equal(undefined);
  });

  it('opens nothing for verdicts below suspect', () => {
    const states = ['insufficient', 'quiet', 'growing'] as const;
    for (const state of states) expect(play({ state, suspects: [PUT] }).incidents).to.be.empty;
  });

  it('opens a leak as a leak at once, and escalates a suspect once', () => {
    expect(play(LEAK).told).to.deep.equal(['opened cache.Put']);
    const step = play(SUSPECT, LEAK, LEAK);
    expect(step.told).to.deep.equal(['opened cache.Put', 'escalated cache.Put']);
    expect(only(step).state).to.equal('leak');
  });

  it('keeps since when each target is no mere suspect', () => {
    const since = (step: ReturnType<typeof play>) => only(step).sightings[0]?.leakSince;
    expect(since(play(SUSPECT))).to.equal(undefined);
    const escalated = play(SUSPECT, { ...LEAK, at: 2_000 });
    expect(since(escalated)).to.equal(2_000);
    expect(since(play(SUSPECT, { ...LEAK, at: 2_000 }, { ...LEAK, at: 3_000 }))).to.equal(2_000);
  });

  it('never takes a leak back to a suspect', () => {
    const incident = only(play(LEAK, SUSPECT));
    expect([incident.state, incident.sightings[0]?.state]).to.deep.equal(['leak', 'leak']);
  });

  it('keeps the reason of its state, and tells apart what a verdict says that is less', () => {
    const less = { ...SUSPECT, state: 'growing', reason: 'levelling off (needs 0.85)' } as const;
    const reasons = (...reports: readonly Partial<VerdictReport>[]) => {
      const { reason, atPresent } = only(play(...reports)).sightings[0] ?? expect.fail('no target');
      return [reason, atPresent];
    };
    const leak = { ...LEAK, reason: 'grows without end' };
    const none = { ...leak, state: 'quiet', reason: 'nothing grows', suspects: [] } as const;
    expect(reasons(leak)).to.deep.equal(['grows without end', undefined]);
    expect(reasons(leak, less)).to.deep.equal(['grows without end', 'levelling off (needs 0.85)']);
    expect(reasons(leak, none)).to.deep.equal(['grows without end', 'nothing grows']);
    expect(reasons(leak, less, { ...leak, reason: 'again' })).to.deep.equal(['again', undefined]);
  });

  it('refreshes the figures of a known target without a word', () => {
    const faster = suspect('append < cache.Put < api.Handle', { growthBytesPerHour: 9e8 });
    const step = play(SUSPECT, { ...SUSPECT, suspects: [faster] });
    expect(step.told).to.deep.equal(['opened cache.Put']);
    expect(only(step).updatedAt).to.equal(2_000);
    expect(only(step).sightings[0]?.memory.bytesPerHour).to.equal(9e8);
  });

  it('is one incident over the targets of a scope, the worst first, and tells of each new one', () => {
    const mild = {
      ...SUSPECT,
      suspects: [suspect('append < cache.Put', { growthBytesPerHour: 1 })],
    };
    const step = play(
      { ...mild, target: 'shop-1' },
      { ...SUSPECT, target: 'shop-2' },
      { ...mild, state: 'leak', target: 'shop-3' },
      { ...SUSPECT, target: 'shop-2' },
    );
    expect(step.told).to.deep.equal([
      'opened cache.Put',
      'updated cache.Put',
      'escalated cache.Put',
    ]);
    const targets = only(step).sightings.map((sighting) => sighting.target);
    expect(targets).to.deep.equal(['shop-3', 'shop-2', 'shop-1']);
  });

  it('gives the reason of its worst target, and with each change that of the change', () => {
    const second = { ...SUSPECT, target: 'shop-2', reason: 'levels off' };
    const third = { ...SUSPECT, target: 'shop-3' };
    const step = play(LEAK, second, third);
    expect(only(step).reason).to.equal('cache.Put grows');
    expect(only(play(LEAK, second)).reason).to.equal('cache.Put grows');
    expect(step.changes.map(({ reason }) => reason)).to.deep.equal(['shop-3: cache.Put grows']);
  });

  it('keeps the profiles that it was seen in where the newest report has none', () => {
    const saved = (file: string) => ({ file, at: 1, bytes: 1 });
    const profiles = { before: saved('before'), after: saved('after') };
    expect(only(play({ ...LEAK, profiles }, LEAK)).sightings[0]?.profiles).to.equal(profiles);
  });

  it('keeps scopes apart', () => {
    const step = play(SUSPECT, { ...SUSPECT, target: 'blog-1', scope: 'blog' });
    expect(step.incidents.map((incident) => incident.scope)).to.deep.equal(['shop', 'blog']);
    expect(new Set(step.incidents.map((incident) => incident.id)).size).to.equal(2);
  });

  it('opens an incident for each cluster, with the others as co-suspects', () => {
    const step = play({ ...SUSPECT, suspects: [PUT, LOAD] });
    expect(step.told).to.deep.equal(['opened cache.Put', 'opened feed.Load']);
    const [put, load] = step.incidents;
    expect(put?.sightings[0]?.coSuspects).to.deep.equal([{ ...LOAD, state: 'suspect' }]);
    expect(load?.sightings[0]?.coSuspects).to.deep.equal([{ ...PUT, state: 'suspect' }]);
    expect(load?.reason).to.equal('grows beside cache.Put: cache.Put grows');
  });

  it('keeps of those beside it what they are by themselves, and none beside itself', () => {
    const growing = { ...PUT, state: 'growing' } as const;
    const own = { ...PUT, state: 'leak' } as const;
    const step = play(SUSPECT, {
      ...SUSPECT,
      state: 'growing',
      suspects: [LOAD, growing],
      followed: [own],
    });
    const { suspect: seen, coSuspects } = only(step).sightings[0]!;
    expect(seen.function).to.equal('cache.Put');
    expect(coSuspects).to.deep.equal([{ ...LOAD, state: 'growing' }]);
    expect(functionsOf(only(step))).to.deep.equal(['cache.Put']);
  });

  it('knows the leak again when its name flips along the call path', () => {
    const caller = suspect('append < cache.Put < api.Handle', { function: 'api.Handle' });
    const step = play(SUSPECT, { ...SUSPECT, suspects: [caller] }, SUSPECT);
    expect(step.told).to.deep.equal(['opened cache.Put']);
    expect(only(step).function).to.equal('cache.Put');
  });

  it('knows it by the name that it was last seen under, also on another path', () => {
    const caller = suspect('append < cache.Put < api.Handle', { function: 'api.Handle' });
    const elsewhere = suspect('json.Marshal < api.Handle < main.main');
    const reports = [caller, elsewhere].map((each) => ({ ...SUSPECT, suspects: [each] }));
    expect(play(SUSPECT, ...reports).told).to.deep.equal(['opened cache.Put']);
  });

  it('takes two functions that merely share a caller for two leaks', () => {
    const other = suspect('append < session.Create < api.Handle < main.main');
    expect(play(SUSPECT, { ...SUSPECT, suspects: [PUT, other] }).told).to.deep.equal([
      'opened cache.Put',
      'opened session.Create',
    ]);
  });

  it('takes a caller that grows on another path for another leak', () => {
    const caller = suspect('json.Marshal < api.Handle < main.main');
    expect(play(SUSPECT, { ...SUSPECT, suspects: [caller] }).told).to.deep.equal([
      'opened cache.Put',
      'opened api.Handle',
    ]);
  });

  it('adds no target that only grows', () => {
    const step = play(LEAK, { state: 'growing', suspects: [PUT], target: 'shop-2' });
    expect(only(step).sightings.map((sighting) => sighting.target)).to.deep.equal(['shop-1']);
  });

  it('gives an incident the suspect it is named for, also where a stronger one shares its path', () => {
    const caller = suspect('append < cache.Put < api.Handle', { function: 'api.Handle' });
    const step = play(SUSPECT, { ...SUSPECT, suspects: [caller, PUT] });
    expect(only(step).sightings[0]?.suspect).to.equal(PUT);
  });

  const silent: readonly [string, Partial<VerdictReport>][] = [
    ['too few profiles', { state: 'insufficient', reason: 'only 3 of 24 fresh profiles' }],
    ['growth below a suspicion', { state: 'growing', suspects: [PUT] }],
    ['growth that names no function', { state: 'growing' }],
    ['a quiet verdict of a young process', { state: 'quiet', freshInEpoch: 47 }],
    ['the first quiet verdict', { state: 'quiet', freshInEpoch: 300 }],
    ['a report of another target', { state: 'quiet', target: 'shop-2', freshInEpoch: 900 }],
  ];
  for (const [what, more] of silent) {
    it(`keeps an incident firing over ${what}`, () => {
      const step = play(LEAK, ...Array<Partial<VerdictReport>>(50).fill(more));
      expect(step.told).to.deep.equal(['opened cache.Put']);
      expect(only(step).state).to.equal('leak');
    });
  }

  it('notes a restart, keeps firing, and resolves after twice the profiles of a verdict', () => {
    const quiet = Array.from({ length: 48 }, (_, i) => ({
      state: i < 23 ? ('insufficient' as const) : ('quiet' as const),
      freshInEpoch: i + 1,
      newEpoch: i === 0,
    }));
    const before = play(LEAK, ...quiet.slice(0, 47));
    expect(before.told).to.deep.equal(['opened cache.Put']);
    expect(only(before).events.map((event) => [event.kind, event.reason])).to.deep.equal([
      ['opened', 'cache.Put grows'],
      ['restarted', 'shop-1: target restarted; the leak is watched for again'],
    ]);

    const after = play(LEAK, ...quiet);
    expect(after.told).to.deep.equal(['opened cache.Put', 'resolved cache.Put']);
    const reason = 'shop-1: no growth over 48 fresh profiles since the restart';
    expect(only(after)).to.deep.include({ state: 'resolved', resolvedAt: 49_000, reason });
    expect(after.changes[0]?.reason).to.equal(reason);
  });

  it('notes no restart of a target in which it is not', () => {
    const other = { target: 'shop-2', newEpoch: true, freshInEpoch: 1 };
    expect(only(play(LEAK, other)).events.map(({ kind }) => kind)).to.deep.equal(['opened']);
  });

  it('counts anew where the history of a process begins anew', () => {
    const at = (freshInEpoch: number) => ({ state: 'quiet', freshInEpoch }) as const;
    expect(only(play(LEAK, at(100), at(10), at(47))).state).to.equal('leak');
    expect(only(play(LEAK, at(100), at(10), at(48))).state).to.equal('resolved');
  });

  it('says that a build looks like the cure where the leak is not seen after its deploy', () => {
    const [old, fresh] = ['a'.repeat(40), 'v1.4.2'];
    const quiet = Array.from({ length: 48 }, (_, i) => ({
      state: i < 23 ? ('insufficient' as const) : ('quiet' as const),
      freshInEpoch: i + 1,
      newEpoch: i === 0,
    }));
    const under = (revision: string) => quiet.map((each) => ({ ...each, revision }));
    expect(only(play({ ...LEAK, revision: old }, ...under(fresh))).reason).to.equal(
      'shop-1: looks fixed in build v1.4.2: no growth over 48 fresh profiles since it was deployed (it grew in aaaaaaaaaaaa)',
    );
    expect(only(play({ ...LEAK, revision: old }, ...under(old))).reason).to.equal(
      'shop-1: no growth over 48 fresh profiles since the restart',
    );
    const told = [100, 124].map((freshInEpoch) => ({ freshInEpoch, revision: fresh }));
    expect(only(play({ ...LEAK, revision: old }, ...told)).reason).to.equal(
      'shop-1: no growth over 24 fresh profiles',
    );
  });

  it('says by how much memory fell, where it fell by a tenth or more', () => {
    const holding = (mib: number) => (of: Suspect) => ({
      ...outlook(of),
      readingBytes: mib * 2 ** 20,
    });
    const ended = (mib: number): string =>
      only(
        play(
          { ...LEAK, outlook: holding(800) },
          { state: 'quiet', freshInEpoch: 100, outlook: holding(700) },
          { state: 'quiet', freshInEpoch: 124, outlook: holding(mib) },
        ),
      ).reason;
    expect(ended(300)).to.equal(
      'shop-1: no growth over 24 fresh profiles, and memory fell from 800MiB to 300MiB',
    );
    expect(ended(721)).to.equal('shop-1: no growth over 24 fresh profiles');
  });

  it('resolves without a restart once no verdict has named the leak for as many profiles as make one', () => {
    const at = (freshInEpoch: number) => ({ state: 'quiet', freshInEpoch }) as const;
    expect(play(LEAK, at(100), at(123)).told).to.deep.equal(['opened cache.Put']);
    expect(only(play(LEAK, at(100), at(124))).reason).to.equal(
      'shop-1: no growth over 24 fresh profiles',
    );
  });

  it('begins to count anew when the leak is seen in between', () => {
    const at = (freshInEpoch: number) => ({ state: 'quiet', freshInEpoch }) as const;
    const seen = { ...SUSPECT, state: 'growing', freshInEpoch: 110 } as const;
    expect(only(play(LEAK, at(100), seen, at(124), at(147))).state).to.equal('leak');
    expect(only(play(LEAK, at(100), seen, at(124), at(148))).state).to.equal('resolved');
  });

  it('takes a verdict that names only other functions for evidence too', () => {
    const other = (freshInEpoch: number) =>
      ({ ...SUSPECT, suspects: [LOAD], freshInEpoch }) as const;
    const step = play(SUSPECT, other(100), other(124));
    expect(step.incidents.map((incident) => [incident.function, incident.state])).to.deep.equal([
      ['cache.Put', 'resolved'],
      ['feed.Load', 'suspect'],
    ]);
  });

  it('is resolved when it is resolved in every target, not before', () => {
    const quiet = (target: string, freshInEpoch: number) => ({ target, freshInEpoch });
    const both = [LEAK, { ...LEAK, target: 'shop-2' }, quiet('shop-1', 100), quiet('shop-1', 124)];
    const half = only(play(...both));
    expect(half.state).to.equal('leak');
    expect(half.sightings.map((sighting) => [sighting.target, sighting.state])).to.deep.equal([
      ['shop-2', 'leak'],
      ['shop-1', 'resolved'],
    ]);
    expect(play(...both).told).to.deep.equal(['opened cache.Put', 'updated cache.Put']);
    const all = play(...both, quiet('shop-2', 100), quiet('shop-2', 124));
    expect(only(all).state).to.equal('resolved');
  });

  it('tells of a target in which the leak has come back while others still fire', () => {
    const step = play(
      LEAK,
      { ...LEAK, target: 'shop-2' },
      { freshInEpoch: 100 },
      { freshInEpoch: 124 },
      LEAK,
    );
    expect(step.told).to.deep.equal(['opened cache.Put', 'updated cache.Put', 'updated cache.Put']);
  });

  it('opens another incident when a resolved leak comes back', () => {
    const step = play(LEAK, { freshInEpoch: 100 }, { freshInEpoch: 124 }, LEAK);
    expect(step.told).to.deep.equal(['opened cache.Put', 'resolved cache.Put', 'opened cache.Put']);
    const [first, second] = step.incidents;
    expect(first?.id).to.not.equal(second?.id);
    expect(first?.id.split('-')[0]).to.equal(second?.id.split('-')[0]);
  });

  it('leaves what a report does not concern as the same object', () => {
    const { incidents } = play(SUSPECT);
    const step = stepIncidents(incidents, report({ target: 'blog-1', scope: 'blog', at: 5_000 }));
    expect(step.incidents[0]).to.equal(incidents[0]);
    expect(step.changes).to.be.empty;
  });

  it('resolves the sighting of a target that moved to another scope', () => {
    const step = play(SUSPECT, { ...SUSPECT, scope: 'checkout' });
    expect(step.told.slice(1)).to.deep.equal(['resolved cache.Put', 'opened cache.Put']);
    expect(step.incidents[0]?.reason).to.equal('shop-1: the target now belongs to checkout');
  });

  it('keeps the worst hundred sightings and the names of the rest, and loses none of them', () => {
    const fleet = Array.from({ length: 150 }, (_, i) => ({
      ...SUSPECT,
      target: `shop-${i}`,
      suspects: [suspect('append < cache.Put', { growthBytesPerHour: 1_000 + i })],
    }));
    const incident = only(play(...fleet, ...fleet));
    expect(incident.sightings.map((sighting) => sighting.target)).to.deep.equal(
      Array.from({ length: 100 }, (_, i) => `shop-${149 - i}`),
    );
    expect(new Set(incident.unlistedTargets).size).to.equal(50);
    expect(targetCount(incident)).to.equal(150);

    const quiet = (freshInEpoch: number) =>
      fleet.map(({ target }) => ({ target, state: 'quiet' as const, freshInEpoch }));
    expect(only(play(...fleet, ...quiet(47), ...quiet(70))).state).to.equal('suspect');
    expect(only(play(...fleet, ...quiet(100), ...quiet(124))).state).to.equal('resolved');
  });

  const hundred = Array.from({ length: 100 }, (_, i) => ({ ...SUSPECT, target: `shop-${i}` }));
  const mild = suspect('append < cache.Put', { growthBytesPerHour: 1 });
  const unlisted = { ...SUSPECT, target: 'far', suspects: [mild] };

  it('lets go of a target known by name alone as of any other: enough profiles, or nobody watches it', () => {
    const farAfter = (more: Partial<VerdictReport>) =>
      only(play(...hundred, unlisted, { target: 'far', ...more })).unlistedTargets;
    expect(farAfter({ state: 'insufficient', freshInEpoch: 300 })).to.deep.equal(['far']);
    expect(farAfter({ state: 'quiet', freshInEpoch: 47 })).to.deep.equal(['far']);
    expect(farAfter({ state: 'quiet', freshInEpoch: 48 })).to.deep.equal([]);
    const { incidents } = play(...hundred, unlisted);
    const present = {
      names: new Set(hundred.map(({ target }) => target)),
      scopes: new Set<string>(),
    };
    const left = forgetTargets(incidents, present, { at: 9_000_000, reason: 'not listed' });
    expect(only(left)).to.deep.include({ state: 'suspect', unlistedTargets: [] });
    expect(functionsFollowed(incidents, 'far')).to.deep.equal(['cache.Put']);
  });

  it('does not take for firing what it has no room for and is over', () => {
    const over = [100, 124].map((freshInEpoch) => ({ target: 'shop-7', freshInEpoch }));
    const incident = only(play(...hundred, ...over, { ...SUSPECT, target: 'shop-100' }));
    expect(incident.sightings).to.have.length(100);
    expect(incident.unlistedTargets).to.deep.equal([]);
  });

  it('remembers two hundred resolved incidents, the newest', () => {
    const lives = Array.from({ length: 203 }, () => [
      LEAK,
      { freshInEpoch: 100 },
      { freshInEpoch: 124 },
    ]).flat();
    const step = play(...lives, LEAK);
    expect(step.incidents).to.have.length(201);
    expect(step.incidents[0]?.openedAt).to.equal(1_000 * (3 * 3 + 1));
    expect(step.incidents.at(-1)?.state).to.equal('leak');
  });
});

describe('concerns', () => {
  it('is so of what may open one, of its fleet, and of a target of it that is of another fleet by now', () => {
    const { incidents } = play(SUSPECT);
    const isSo = (target: string, scope: string, state: 'quiet' | 'suspect' = 'quiet') =>
      concerns(incidents, { target, scope, state });
    expect(isSo('blog-1', 'blog')).to.equal(false);
    expect(isSo('blog-1', 'blog', 'suspect')).to.equal(true);
    expect(isSo('shop-2', 'shop')).to.equal(true);
    expect(isSo('shop-1', 'blog')).to.equal(true);
  });
});

describe('withEvent', () => {
  it('keeps how it began and the newest, two hundred in all', () => {
    let incident = only(play(SUSPECT));
    for (let at = 1; at <= 300; at += 1) {
      incident = withEvent(incident, { at, kind: 'told', reason: 'sent' });
    }
    expect(incident.events).to.have.length(200);
    expect(incident.events[0]?.kind).to.equal('opened');
    expect(incident.events.slice(1).map((event) => event.at)).to.deep.equal(
      Array.from({ length: 199 }, (_, i) => 102 + i),
    );
  });
});

describe('forgetTargets', () => {
  it('resolves what only concerned targets that are gone, and says why', () => {
    const { incidents } = play(LEAK, { ...LEAK, target: 'shop-2' });
    const half = forgetTargets(
      incidents,
      { names: new Set(['shop-2']), scopes: new Set() },
      {
        at: 9_000,
        reason: 'the target is no longer configured',
      },
    );
    expect(half.changes).to.be.empty;
    expect(only(half).state).to.equal('leak');
    expect(only(half).sightings.map(({ isLeft }) => isLeft)).to.have.members([true, undefined]);
    const [, gone] = only(half).sightings;
    expect(gone)
      .to.deep.include({ target: 'shop-1', at: 9_000 })
      .and.not.have.any.keys('atPresent');
    expect(gone?.memory).to.include({ bytesPerHour: 0, limitReachedAt: undefined });

    const none = forgetTargets(
      half.incidents,
      { names: new Set(['blog-1']), scopes: new Set() },
      {
        at: 10_000,
        reason: 'the target is no longer configured',
      },
    );
    expect(none.changes.map((change) => [change.kind, change.reason])).to.deep.equal([
      ['resolved', 'shop-2: the target is no longer configured'],
    ]);
    expect(only(none)).to.deep.include({ state: 'resolved', resolvedAt: 10_000 });
    expect(
      forgetTargets(
        none.incidents,
        { names: new Set(), scopes: new Set() },
        {
          at: 11_000,
          reason: 'the target is no longer configured',
        },
      ),
    ).to.deep.equal({
      incidents: none.incidents,
      changes: [],
    });
  });

  it('leaves incidents of configured targets as the same objects', () => {
    const { incidents } = play(LEAK);
    expect(
      forgetTargets(
        incidents,
        { names: new Set(['shop-1']), scopes: new Set() },
        {
          at: 9_000,
          reason: 'the target is no longer configured',
        },
      ).incidents[0],
    ).to.equal(incidents[0]);
  });
});
