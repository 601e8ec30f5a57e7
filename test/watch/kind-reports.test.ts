import { expect } from 'chai';
import type { KindAlarm } from '../../src/kind/kind-verdict.ts';
import { kindParts, worstState } from '../../src/watch/kind-reports.ts';
import { NOTHING_WATCHED, withReading, type KindWatch } from '../../src/watch/kind-watch.ts';
import { MIB, MINUTE, readingOf } from '../support/readings.ts';
import { JUDGING } from './judging.ts';

const LAST = 90;
const read = (minute: number) => ({
  ...readingOf({ at: minute * MINUTE, bytes: 100 * MIB }),
  stackInuseBytes: 8 * MIB,
  sysBytes: 90 * MIB,
  goroutines: 10 + 10 * minute,
});

/** A process in which ten goroutines a minute block in one place. */
function watched(isProven: boolean): KindWatch {
  let watch = NOTHING_WATCHED;
  for (let minute = 0; minute <= LAST; minute++) watch = withReading(watch, read(minute), JUDGING);
  const place = { function: 'quote.ask', file: 'ask.go', line: 7 };
  const group = { blockedIn: place, startedBy: place, createdIn: undefined, state: 'chan send' };
  const lookAt = (minute: number) => {
    const { at, goroutines: total } = read(minute);
    const groups = [{ ...group, key: 'ask', stack: ['quote.ask'], count: total - 10 }];
    return { at, total, groups };
  };
  const looks = { first: lookAt(30), last: lookAt(LAST) };
  return { ...watch, looks, proof: isProven ? looks.last : undefined };
}

const partsOf = (watch: KindWatch) => kindParts(watch, read(LAST), MINUTE);

describe('what is told of a kind of growth', () => {
  it('is a leak at once where the runtime has proved it, and names where they block', () => {
    const stateOf = (isProven: boolean) =>
      partsOf(watched(isProven)).map(({ kind, state }) => [kind, state]);
    expect(stateOf(false)).to.deep.include(['goroutine', 'suspect']);
    expect(stateOf(true)).to.deep.include(['goroutine', 'leak']);
    const parts = partsOf(watched(true));
    const part = parts.find(({ kind }) => kind === 'goroutine');
    expect(part?.suspects.map((each) => each.function)).to.deep.equal(['quote.ask']);
    expect(part?.reason).to.contain('the runtime has proved that nothing can wake them');
    expect(part?.goroutines).to.include({ count: 900, isProven: true, groupsSince: 30 * MINUTE });
    const other = parts.find(({ kind }) => kind === 'off_heap');
    expect(other).to.deep.include({ suspects: [] }).and.not.have.property('goroutines');
  });

  it('names nothing that only grows', () => {
    const watch = watched(false);
    const alarms = watch.verdict!.alarms.map((each) => ({ ...each, state: 'growing' as const }));
    const parts = partsOf({ ...watch, verdict: { ...watch.verdict!, alarms } });
    expect(parts.flatMap(({ suspects }) => suspects)).to.deep.equal([]);
  });

  it('is no rate below nothing', () => {
    const watch = watched(false);
    const unsure = ({ kind, trend, ...rest }: KindAlarm): KindAlarm => ({
      ...rest,
      kind,
      trend: trend && { ...trend, perHourError: trend.perHour },
    });
    const alarms = watch.verdict!.alarms.map(unsure);
    const parts = partsOf({ ...watch, verdict: { ...watch.verdict!, alarms } });
    const [suspect] = parts.flatMap(({ suspects }) => suspects);
    expect(suspect).to.include({ growthBytesPerHourLow: 0 });
  });

  it('is nothing of what was not read for long enough', () => {
    const young = withReading(NOTHING_WATCHED, read(0), JUDGING);
    expect(partsOf(young)).to.deep.equal([]);
  });
});

describe('the worst that is said of a target', () => {
  it('is that of the heap, or of a kind that is told as a leak', () => {
    const alarm = (state: KindAlarm['state']) =>
      [{ kind: 'goroutine', state, reason: '' }] as const;
    expect(worstState('growing', alarm('suspect'))).to.equal('suspect');
    expect(worstState('suspect', alarm('leak'))).to.equal('leak');
    expect(worstState('leak', alarm('suspect'))).to.equal('leak');
    expect(worstState('quiet', alarm('growing'))).to.equal('quiet');
    expect(worstState(undefined)).to.equal(undefined);
  });
});
