import { expect } from 'chai';
import type { Acceptance, TimeInterval } from '../../src/config/config.ts';
import { EMPTY_BOOK, type Book } from '../../src/notify/book.ts';
import type { Rules } from '../../src/notify/listeners.ts';
import { mutes } from '../../src/notify/mutes.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import { activeIntervals } from '../../src/notify/time-intervals.ts';
import { HOUR, incident, MINUTE, NOW, receiver, route, sighting } from './drawn.ts';

const MIB = 2 ** 20;

function interval(parts: Partial<TimeInterval>): TimeInterval {
  const always = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [] };
  return { ...always, location: 'UTC', ...parts };
}

function holds(parts: Partial<TimeInterval>, at: string): boolean {
  const named = [{ name: 'it', intervals: [interval(parts)] }];
  return activeIntervals(named, Date.parse(at)).has('it');
}

describe('a time interval', () => {
  it('holds from its first minute to its last', () => {
    const morning = { times: [{ from: 9 * 60, to: 17 * 60 - 1 }] };
    expect(holds(morning, '2026-03-02T08:59:59Z')).to.equal(false);
    expect(holds(morning, '2026-03-02T09:00:00Z')).to.equal(true);
    expect(holds(morning, '2026-03-02T16:59:59Z')).to.equal(true);
    expect(holds(morning, '2026-03-02T17:00:00Z')).to.equal(false);
  });

  it('goes by the clock of its place, summer time included', () => {
    const night = { times: [{ from: 0, to: 7 * 60 - 1 }], location: 'Europe/Berlin' };
    expect(holds(night, '2026-01-10T05:59:00Z')).to.equal(true);
    expect(holds(night, '2026-01-10T06:00:00Z')).to.equal(false);
    expect(holds(night, '2026-07-10T04:59:00Z')).to.equal(true);
    expect(holds(night, '2026-07-10T05:00:00Z')).to.equal(false);
    expect(holds(night, '2026-01-09T23:10:00Z'), 'just after midnight').to.equal(true);
    const always = { times: [{ from: 0, to: 24 * 60 - 1 }], location: 'Local' };
    expect(holds(always, '2026-01-10T06:00:00Z')).to.equal(true);
    expect(
      holds({ weekdays: [{ from: 1, to: 1 }], location: 'Asia/Tokyo' }, '2026-03-01T15:00:00Z'),
    ) //
      .to.equal(true);
  });

  it('takes weekdays, months and years as ranges', () => {
    const workdays = { weekdays: [{ from: 1, to: 5 }] };
    expect(holds(workdays, '2026-03-06T12:00:00Z'), 'a Friday').to.equal(true);
    expect(holds(workdays, '2026-03-07T12:00:00Z'), 'a Saturday').to.equal(false);
    const spring = { months: [{ from: 3, to: 5 }], years: [{ from: 2026, to: 2027 }] };
    expect(holds(spring, '2026-05-31T23:59:00Z')).to.equal(true);
    expect(holds(spring, '2026-06-01T00:00:00Z')).to.equal(false);
    expect(holds(spring, '2028-04-01T00:00:00Z')).to.equal(false);
  });

  it('counts days below 0 from the end of the month, whatever its length', () => {
    const end = { daysOfMonth: [{ from: -2, to: -1 }] };
    expect(holds(end, '2026-02-27T00:00:00Z')).to.equal(true);
    expect(holds(end, '2026-02-26T00:00:00Z')).to.equal(false);
    expect(holds(end, '2028-02-29T00:00:00Z')).to.equal(true);
    expect(holds({ daysOfMonth: [{ from: 10, to: -3 }] }, '2026-04-28T00:00:00Z')).to.equal(true);
    expect(holds({ daysOfMonth: [{ from: 10, to: -3 }] }, '2026-04-29T00:00:00Z')).to.equal(false);
  });
});

describe('a route that rests', () => {
  const nights = [{ name: 'nights', intervals: [interval({ times: [{ from: 840, to: 899 }] })] }];
  const rulesWith = (parts: { muteTimes?: string[]; activeTimes?: string[] }): Rules => ({
    route: route({ groupWaitMs: 0, routes: [route({ groupWaitMs: 0, ...parts })] }),
    receivers: [receiver('oncall', true)],
    timeIntervals: nights,
  });
  const plan = (book: Book, rules: Rules, now: number) => {
    const planned = planNotifications(book, rules, now);
    return { ...planned, causes: planned.planned.map(({ cause }) => cause) };
  };

  it('tells afterwards what it held back, and keeps why', () => {
    const rules = rulesWith({ muteTimes: ['nights'] });
    const muted = plan({ ...EMPTY_BOOK, incidents: [incident()] }, rules, NOW + 30 * MINUTE + 1);
    expect(muted.causes).to.deep.equal([]);
    expect(muted.nextDueAt).to.equal(NOW + 31 * MINUTE);
    expect(muted.book.incidents[0]!.events.at(-1)!.reason).to.equal(
      'oncall/webhook_configs[0]: muted by nights (mute_time_intervals)',
    );
    const later = plan(muted.book, rules, NOW + 31 * MINUTE);
    expect(later.causes).to.deep.equal([]);
    expect(later.book, 'the same reason is no news').to.equal(muted.book);
    expect(plan(later.book, rules, NOW + HOUR).causes).to.deep.equal(['opened']);
  });

  it('outside of its active times as inside of its mute times, and not in them', () => {
    const rules = rulesWith({ activeTimes: ['nights'] });
    const book = { ...EMPTY_BOOK, incidents: [incident()] };
    const outside = plan(book, rules, NOW + HOUR);
    expect(outside.causes).to.deep.equal([]);
    expect(outside.book.incidents[0]!.events.at(-1)!.reason).to.contain(
      'outside of nights (active_time_intervals)',
    );
    expect(plan(book, rules, NOW).causes).to.deep.equal(['opened']);
  });

  it('holds back that it is over as well', () => {
    const rules = rulesWith({ muteTimes: ['nights'] });
    const told = plan(
      { ...EMPTY_BOOK, incidents: [incident({ openedAt: NOW - HOUR })] },
      rules,
      NOW - HOUR,
    );
    expect(told.causes).to.deep.equal(['opened']);
    const over = incident({ state: 'resolved', resolvedAt: NOW });
    const book = { ...told.book, pending: [], incidents: [over] };
    const muted = plan(book, rules, NOW);
    expect(muted.causes).to.deep.equal([]);
    expect(plan(muted.book, rules, NOW + HOUR).causes).to.deep.equal(['resolved']);
  });
});

describe('accepted growth', () => {
  const acceptance = (parts: Partial<Acceptance>): Acceptance => ({
    function: incident().function,
    matchers: [],
    budgetBytes: 200 * MIB,
    budgetBytesPerHour: undefined,
    until: undefined,
    comment: 'the cache warms up',
    ...parts,
  });
  const grown = (growthBytes: number, target = 'a') =>
    sighting({ target, suspect: { ...sighting().suspect, growthBytes, growthBytesPerHour: MIB } });
  const reasonOf = (parts: Partial<Acceptance>, sightings = [grown(200 * MIB)], now = NOW) =>
    mutes(EMPTY_BOOK, [acceptance(parts)], now)(incident({ sightings }))?.reason;

  it('is not told within the budget of its function, and is beyond it', () => {
    expect(reasonOf({})).to.equal('accepted up to 200MiB: the cache warms up');
    expect(reasonOf({}, [grown(200 * MIB + 1)])).to.equal(undefined);
    expect(reasonOf({ function: 'other' })).to.equal(undefined);
    expect(reasonOf({}, [grown(1), grown(201 * MIB, 'b')]), 'one target beyond').to.equal(
      undefined,
    );
  });

  it('is so in each target by its own labels, and until the first of those that accept it ends', () => {
    const searching = { ...grown(1, 'b'), labels: { team: 'search' } };
    const team = (value: string, until?: number) =>
      acceptance({ matchers: [{ label: 'team', operator: '=', value }], until });
    const sightings = [grown(1), searching];
    const untilOf = (...accepted: readonly Acceptance[]) =>
      mutes(EMPTY_BOOK, accepted, NOW)(incident({ sightings }))?.until;
    expect(reasonOf(team('payments'), sightings)).to.equal(undefined);
    const both = [team('payments'), team('search', NOW + HOUR)];
    expect(mutes(EMPTY_BOOK, both, NOW)(incident({ sightings }))?.reason).to.be.a('string');
    expect(untilOf(...both)).to.equal(NOW + HOUR);
    const later = [team('payments', NOW + HOUR), team('search', NOW + MINUTE)];
    expect(untilOf(...later)).to.equal(NOW + MINUTE);
    expect(untilOf(team('payments'), team('search'))).to.equal(undefined);
  });

  it('can have a budget for the rate, matchers and an end', () => {
    expect(reasonOf({ budgetBytes: undefined, budgetBytesPerHour: MIB })).to.contain('1MiB/h');
    expect(reasonOf({ budgetBytesPerHour: MIB - 1 })).to.equal(undefined);
    const team = (value: string) => [{ label: 'team', operator: '=', value } as const];
    expect(reasonOf({ function: undefined, matchers: team('payments') })).to.be.a('string');
    expect(reasonOf({ matchers: team('search') })).to.equal(undefined);
    expect(reasonOf({ until: NOW + 1 })).to.be.a('string');
    expect(reasonOf({ until: NOW })).to.equal(undefined);
  });
});

describe('what follows from another growth', () => {
  const stacks = incident({ id: 'stacks', kind: 'stacks' });
  const reasonOf = (cause: ReturnType<typeof incident>, told = stacks) =>
    mutes({ ...EMPTY_BOOK, incidents: [cause, told] }, [], NOW)(told)?.reason;

  it('is not told while its cause fires in all of its targets', () => {
    const cause = incident({ id: 'g', kind: 'goroutine' });
    expect(reasonOf(cause)).to.equal('inhibited by g (goroutine)');
    expect(reasonOf({ ...cause, state: 'resolved' })).to.equal(undefined);
    expect(reasonOf({ ...cause, kind: 'heap' })).to.equal(undefined);
    const wider = { ...stacks, sightings: [sighting(), sighting({ target: 'b' })] };
    expect(reasonOf(cause, wider)).to.equal(undefined);
    expect(reasonOf(stacks, cause), 'the cause itself').to.equal(undefined);
    const heap = incident({ id: 'h' });
    for (const kind of ['gc_headroom', 'fragmentation'] as const)
      expect(reasonOf(heap, incident({ id: kind, kind })), kind).to.equal('inhibited by h (heap)');
  });
});
