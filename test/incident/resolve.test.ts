import { expect } from 'chai';
import { functionsFollowed, growingIn } from '../../src/incident/followed.ts';
import { incidentSchema } from '../../src/incident/incident-schema.ts';
import type {
  Incident,
  MemoryOutlook,
  Sighting,
  VerdictReport,
} from '../../src/incident/incident.ts';
import { isUnseen } from '../../src/incident/sightings.ts';
import { stepIncidents } from '../../src/incident/step.ts';
import type { Suspect } from '../../src/growth/verdict.ts';
import { outlook, report, suspect } from './report.ts';

const MIB = 2 ** 20;
const PUT = suspect('append < cache.Put < api.Handle < main.main');

/** Memory of so many MiB with a limit that is reached at the time of 9,000. */
function holding(mib: number): (of: Suspect) => MemoryOutlook {
  return (of) => ({
    ...outlook(of),
    readingBytes: mib * MIB,
    limitBytes: 2_048 * MIB,
    limitReachedAt: 9_000,
    limitReachedAtEarliest: 8_000,
    limitReachedAtLatest: 10_000,
  });
}

const LEAK = { state: 'leak', suspects: [PUT], outlook: holding(910) } as const;
const READ = {
  state: 'insufficient',
  freshInEpoch: 0,
  newEpoch: true,
  outlook: holding(12),
} as const;
const FIRST = { ...READ, freshInEpoch: 1, outlook: holding(13) } as const;
const SECOND = { ...FIRST, freshInEpoch: 2, newEpoch: false, outlook: holding(14) } as const;

/** The one incident after these reports, the first at 1,000, each a second later. */
function after(...reports: readonly Partial<VerdictReport>[]): Incident {
  let incidents: readonly Incident[] = [];
  for (const [i, more] of reports.entries())
    incidents = stepIncidents(incidents, report({ at: 1_000 * (i + 1), ...more })).incidents;
  expect(incidents).to.have.length(1);
  return incidents[0]!;
}

function sightingAfter(...reports: readonly Partial<VerdictReport>[]): Sighting {
  return after(...reports).sightings[0]!;
}

const NO_FORECAST = {
  bytesPerHour: 0,
  limitReachedAt: undefined,
  limitReachedAtEarliest: undefined,
  limitReachedAtLatest: undefined,
};

describe('an incident whose leak is not seen', () => {
  it('tells the memory of the process that was started since, and forecasts nothing from the one before', () => {
    for (const reports of [[FIRST], [FIRST, SECOND], [READ], [READ, FIRST, SECOND]]) {
      const { memory, quiet, state } = sightingAfter(LEAK, ...reports);
      const now = reports.at(-1)!.outlook(PUT);
      expect(state).to.equal('leak');
      expect(memory).to.deep.equal({ ...now, ...NO_FORECAST });
      expect(quiet).to.deep.include({ sinceRestart: true, restartedAt: 2_000 });
    }
  });

  it('notes a restart once that readings show before a profile does, and each later one', () => {
    const restarts = (incident: Incident) =>
      incident.events.filter(({ kind }) => kind === 'restarted').map(({ at }) => at);
    expect(restarts(after(LEAK, READ, FIRST, SECOND))).to.deep.equal([2_000]);
    expect(restarts(after(LEAK, READ, READ, FIRST))).to.deep.equal([2_000, 3_000]);
    expect(restarts(after(LEAK, READ, FIRST, SECOND, FIRST))).to.deep.equal([2_000, 5_000]);
  });

  it('tells the memory of the same process too, and forecasts nothing while a verdict speaks against it', () => {
    const quiet = { state: 'quiet', outlook: holding(920) } as const;
    expect(sightingAfter(LEAK, quiet).memory).to.deep.equal({
      ...holding(920)(PUT),
      ...NO_FORECAST,
    });
    const tooFew = { state: 'insufficient', freshInEpoch: 3, outlook: holding(920) } as const;
    expect(sightingAfter(LEAK, tooFew).memory).to.deep.equal(holding(920)(PUT));
  });

  it('tells present memory by reports of other kinds of growth too', () => {
    const other = { kind: 'off_heap', outlook: holding(77) } as const;
    expect(sightingAfter(LEAK, READ, other).memory.readingBytes).to.equal(77 * MIB);
    expect(sightingAfter(LEAK, other).memory.readingBytes).to.equal(910 * MIB);
  });

  it('says how far memory fell since the leak was last seen, whatever it was in between', () => {
    const quiet = (freshInEpoch: number) =>
      ({ state: 'quiet', freshInEpoch, outlook: holding(40) }) as const;
    const over = after(LEAK, READ, FIRST, SECOND, quiet(47), quiet(48));
    expect(over.reason).to.equal(
      'shop-1: no growth over 48 fresh profiles since the restart, and memory fell from 910MiB to 40MiB',
    );
    expect(over.sightings[0]!.memory).to.deep.equal({ ...holding(40)(PUT), ...NO_FORECAST });
  });

  it('tells of the target first in which it is seen', () => {
    const small = { ...PUT, growthBytesPerHour: 1 };
    const calm = { ...LEAK, target: 'shop-2', suspects: [small] };
    const names = (incident: Incident) => incident.sightings.map(({ target }) => target);
    expect(names(after(LEAK, calm))).to.deep.equal(['shop-1', 'shop-2']);
    expect(names(after(LEAK, calm, READ))).to.deep.equal(['shop-2', 'shop-1']);
  });

  it('takes for unseen what a verdict below an alarm still names, unless it is sure to grow', () => {
    const rate = (low: number, expected: number) => ({
      suspects: [{ ...PUT, growthBytesPerHour: expected, growthBytesPerHourLow: low }],
      reason: 'levelling off',
    });
    const isUnseenAfter = (state: 'growing' | 'suspect', low: number, expected: number) =>
      isUnseen(sightingAfter(LEAK, { state, ...rate(low, expected) }));
    expect(isUnseenAfter('growing', 0, 0)).to.equal(true);
    expect(isUnseenAfter('growing', -MIB, MIB)).to.equal(true);
    expect(isUnseenAfter('growing', 1, MIB)).to.equal(false);
    expect(isUnseenAfter('suspect', -MIB, MIB)).to.equal(false);

    const stopped = (freshInEpoch: number) =>
      ({ state: 'growing', ...rate(0, 0), freshInEpoch }) as const;
    const { suspect: last, memory } = sightingAfter(LEAK, stopped(100));
    expect(last).to.deep.equal(PUT);
    expect(memory).to.deep.include(NO_FORECAST);
    expect(after(LEAK, stopped(100), stopped(123)).state).to.equal('leak');
    expect(after(LEAK, stopped(100), stopped(124)).reason).to.equal(
      'shop-1: no growth over 24 fresh profiles',
    );
  });

  it('forecasts again when it is seen again', () => {
    const again = sightingAfter(LEAK, READ, FIRST, { ...LEAK, outlook: holding(300) });
    expect(isUnseen(again)).to.equal(false);
    expect(again.memory).to.deep.equal(holding(300)(PUT));
  });

  it('says after a restart only what the new process showed, however long its function stood still', () => {
    const standstill = { since: 1, profiles: 60 };
    const own = { ...PUT, state: 'quiet', standstill } as const;
    const quiet = { state: 'quiet', freshInEpoch: 48, followed: [own] } as const;
    const over = after(LEAK, FIRST, { ...quiet, outlook: holding(900) });
    expect(over.reason).to.equal('shop-1: no growth over 48 fresh profiles since the restart');
    expect(over.sightings[0]).to.not.have.property('atPresent');
  });

  it('begins its run anew, and tells of no standstill, where its function may rise again', () => {
    const own = { ...PUT, state: 'growing', growthBytesPerHourLow: -1 } as const;
    const still = { ...own, standstill: { since: 1, profiles: 12 } };
    const quietAfter = (...followed: readonly Suspect[]) =>
      sightingAfter(
        LEAK,
        ...followed.map((each, i) => ({ freshInEpoch: 101 + i, followed: [each] })),
      ).quiet;
    expect(quietAfter(still, still)).to.deep.include({ fromFresh: 101, stillSince: 1 });
    expect(quietAfter(still, own))
      .to.include({ fromFresh: 102 })
      .and.not.have.property('stillSince');
  });

  it('goes on with what an older file says of it', () => {
    const { quiet, ...sighting } = sightingAfter(LEAK, FIRST);
    expect(quiet).to.not.equal(undefined);
    const older = {
      ...sighting,
      memory: holding(910)(PUT),
      quiet: { fromFresh: 0, sinceRestart: true },
    };
    const saved = { ...after(LEAK, FIRST), sightings: [older] };
    const read = incidentSchema.parse(JSON.parse(JSON.stringify(saved)));
    const { incidents } = stepIncidents([read], report({ ...SECOND, at: 3_000 }));
    expect(incidents[0]!.sightings[0]).to.deep.include({
      memory: { ...holding(14)(PUT), ...NO_FORECAST },
      quiet: { fromFresh: 0, sinceRestart: true, toFresh: 2, memoryBytes: 910 * MIB },
    });
  });
});

describe('an incident whose function is not the one that the growth is laid at', () => {
  const CART = suspect('new < cart.Add < shop.route < main.main');
  const ROUTE = suspect('new < hub.Publish < shop.route < main.main', { function: 'shop.route' });
  const OPENED = { state: 'leak', suspects: [CART], freshInEpoch: 100 } as const;
  const routeNamed = (followed: Partial<Suspect> | undefined, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      state: 'leak' as const,
      suspects: [ROUTE],
      freshInEpoch: 101 + at,
      ...(followed && { followed: [{ ...CART, ...followed }] }),
    }));

  function cartAfter(...reports: readonly Partial<VerdictReport>[]): Incident | undefined {
    let incidents: readonly Incident[] = [];
    for (const [i, more] of reports.entries())
      incidents = stepIncidents(incidents, report({ at: 1_000 * (i + 1), ...more })).incidents;
    return incidents.find(({ function: name }) => name === 'cart.Add');
  }

  it('goes on while that grows by itself, with its own figures', () => {
    for (const state of ['leak', 'suspect', 'growing'] as const) {
      const grows = { state, reason: 'cart.Add grows', growthBytesPerHour: 7 * MIB };
      const incident = cartAfter(OPENED, ...routeNamed(grows, 60));
      expect(incident?.state).to.equal('leak');
      expect(incident?.sightings[0]).not.to.have.property('quiet');
      expect(incident?.sightings[0]?.suspect.growthBytesPerHour).to.equal(7 * MIB);
    }
  });

  it('is over where that does not, by as many profiles as any', () => {
    for (const still of [
      { state: 'quiet' },
      { state: 'growing', growthBytesPerHourLow: -1 },
    ] as const) {
      expect(cartAfter(OPENED, ...routeNamed(still, 24))?.state).to.equal('leak');
      expect(cartAfter(OPENED, ...routeNamed(still, 25))?.state).to.equal('resolved');
    }
  });

  it('is over by that alone where it stands still, whoever on its path grows by something else', () => {
    const standstill = { since: 1, profiles: 12 };
    const onPath = { ...CART, function: 'shop.route' };
    const still = (low: number, count: number) =>
      routeNamed(
        { state: 'growing', reason: 'stands still', standstill, growthBytesPerHourLow: low },
        count,
      ).map((each) => ({
        ...each,
        suspects: [onPath],
      }));
    expect(cartAfter(OPENED, ...still(-1, 25))?.state).to.equal('resolved');
    // The rate over all of its growth does not rule out yet that it goes on.
    const calm = cartAfter(OPENED, ...still(1, 60));
    expect(calm?.state).to.equal('leak');
    expect(calm?.sightings[0]?.quiet).to.deep.include({ fromFresh: 160, stillSince: 1 });
    expect(calm?.sightings[0]).to.include({ atPresent: 'stands still' });
    expect(calm?.sightings[0]?.memory).to.include(NO_FORECAST);
    expect(calm?.sightings[0]?.suspect).to.deep.equal(CART);
  });

  it('does not go on by the leak of one that it calls, of which another incident tells', () => {
    const opened = cartAfter(OPENED)!;
    const callee = suspect('new < codec.Parse < cart.Add < main.main', { function: 'codec.Parse' });
    const own = { ...CART, state: 'leak' } as const;
    const goesOn = (suspects: readonly Suspect[]) =>
      growingIn(opened, report({ state: 'leak', suspects, followed: [own] }), undefined);
    expect(goesOn([{ ...callee, growthBytesPerHour: own.growthBytesPerHour }])).to.equal(undefined);
    expect(goesOn([{ ...callee, growthBytesPerHour: own.growthBytesPerHour / 2 }])).to.equal(own);
    expect(goesOn([{ ...callee, state: 'growing' }]), 'no incident tells of it').to.equal(own);
  });

  it('is seen as itself, also where a caller of it is named', () => {
    const own = { ...CART, state: 'growing', growthBytesPerHourLow: 1 } as const;
    const named = { ...CART, function: 'shop.route' };
    const news = report({ state: 'leak', suspects: [named], followed: [own] });
    expect(growingIn(cartAfter(OPENED)!, news, named)).to.equal(own);
  });

  it('goes on by what it was last seen as, also where no verdict names that', () => {
    const caller = { ...CART, function: 'shop.route' };
    const opened = [OPENED, { ...OPENED, suspects: [caller] }];
    const goesOn = (low: number) => {
      const grows = { ...caller, state: 'growing', growthBytesPerHourLow: low } as const;
      return growingIn(cartAfter(...opened)!, report({ followed: [grows] }), undefined);
    };
    expect(goesOn(1)?.function).to.equal('shop.route');
    expect(goesOn(0)).to.equal(undefined);
  });

  it('asks for sixteen functions at most, of the heap alone and first for those that incidents are named for', () => {
    const pile = report({ ...OPENED, kind: 'goroutine' });
    const many = Array.from({ length: 20 }, (_, i) => {
      const path = (name: string) => `new < ${name}.Add${i} < ${name}.call${i}`;
      return [suspect(path('cart')), suspect(path('cart'), { function: `cart.call${i}` })] as const;
    });
    const reports = [
      pile,
      report({ ...OPENED, suspects: many.map(([own]) => own) }),
      report({ ...OPENED, suspects: many.map(([, caller]) => caller) }),
    ];
    const step = (incidents: readonly Incident[], each: VerdictReport) =>
      stepIncidents(incidents, each).incidents;
    expect(functionsFollowed(reports.reduce(step, []), 'shop-1')).to.deep.equal(
      many.slice(0, 16).map(([own]) => own.function),
    );
  });

  it('asks for its function, and for what it was last seen as, in the targets where it fires', () => {
    const caller = { ...CART, function: 'shop.route' };
    const incidents = stepIncidents([], report({ at: 1_000, ...OPENED })).incidents;
    const later = stepIncidents(incidents, report({ ...OPENED, suspects: [caller] })).incidents;
    expect(functionsFollowed(later, 'shop-1')).to.deep.equal(['cart.Add', 'shop.route']);
    expect(functionsFollowed(later, 'shop-2')).to.deep.equal([]);
    const over = Array.from({ length: 30 }, (_, at) => report({ freshInEpoch: 101 + at }));
    const gone = over.reduce((rest, each) => stepIncidents(rest, each).incidents, later);
    expect(functionsFollowed(gone, 'shop-1')).to.deep.equal([]);
  });
});
