import { expect } from 'chai';
import { listCells } from '../../src/kind/cells.ts';
import { NOTHING_WATCHED, withReading, type KindWatch } from '../../src/watch/kind-watch.ts';
import { restoreKinds, saveKinds } from '../../src/watch/saved-kinds.ts';
import { MIB, MINUTE, readingOf } from '../support/readings.ts';
import { JUDGING } from './judging.ts';

type Watch = (from: number, to: number, known: KindWatch) => KindWatch;

/**
 * A process in which memory outside the heap grows by 2 MiB and four goroutines block a minute, watched by a clock
 * that is so many minutes ahead.
 */
const watchAhead =
  (minutes: number): Watch =>
  (from, to, known) => {
    let kinds = known;
    for (let minute = from; minute < to; minute++) {
      const at = (minute + minutes) * MINUTE;
      const reading = {
        ...readingOf({ at, bytes: (100 + 2 * minute) * MIB, gcCount: minute }),
        sysBytes: 90 * MIB,
        goroutines: 10 + 4 * minute,
      };
      kinds = withReading(kinds, reading, JUDGING);
    }
    return kinds;
  };

const watch = watchAhead(0);

const throughDisk = (kinds: KindWatch): KindWatch =>
  restoreKinds(JSON.parse(JSON.stringify(saveKinds(kinds))), JUDGING);

/** What is not told may be left out or be undefined. */
const told = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const kept = (kinds: KindWatch): unknown => told({ saved: saveKinds(kinds), said: kinds.verdict });

describe('what is known of the kinds of growth', () => {
  it('goes on after a restart of the daemon as if there had been none', () => {
    const before = watch(0, 100, NOTHING_WATCHED);
    const restored = throughDisk(before);
    expect(kept(restored)).to.deep.equal(kept(before));
    expect(restored.verdict?.alarms[1]?.state).to.equal('suspect');
    expect(kept(watch(100, 130, restored))).to.deep.equal(kept(watch(100, 130, before)));
  });

  it('takes what a daemon saved whose cells were all of one width, and which kept no falls', () => {
    const before = watch(0, 100, NOTHING_WATCHED);
    const { cells } = before.history;
    const listed = { cells: listCells(cells), widthMs: 2 * MINUTE };
    const { readings, firstAt, passingSince } = before.history;
    const history = { cells: listed, readings, firstAt, passingSince };
    const restored = restoreKinds(told({ version: 1, history }), JUDGING);
    expect(listCells(restored.history.cells)).to.deep.equal(listCells(cells));
    expect(watch(100, 130, restored).verdict).to.deep.equal(watch(100, 130, before).verdict);
  });

  it('goes on where it was saved by a clock that was ahead', () => {
    const YEAR = 365 * 24 * 60;
    for (const minutes of [2, 20, 100]) {
      const saved = watchAhead(YEAR)(0, minutes, NOTHING_WATCHED);
      const sound = watch(0, 130, NOTHING_WATCHED).verdict;
      const { verdict } = watch(minutes, 130, throughDisk(saved));
      const states = ({ alarms }: NonNullable<typeof verdict>) => alarms.map(({ state }) => state);
      expect(verdict && states(verdict)).to.deep.equal(sound && states(sound));
      const rate = (said: typeof verdict) => said?.alarms[1]?.trend?.perHour ?? NaN;
      expect(rate(verdict) / rate(sound)).to.be.closeTo(1, 0.02);
    }
  });

  it('keeps the looks at goroutines, one look as one', () => {
    const place = { function: 'quote.ask', file: 'ask.go', line: 7 };
    const group = {
      key: 'quote.ask',
      blockedIn: place,
      startedBy: place,
      createdIn: undefined,
      state: 'chan send',
      stack: ['quote.ask'],
      count: 3,
    };
    const look = { at: 1, total: 9, groups: [group] };
    const one = throughDisk({ ...NOTHING_WATCHED, looks: { first: look, last: look } });
    expect(told(one.looks?.first)).to.deep.equal(told(look));
    expect(one.looks?.first).to.equal(one.looks?.last);
    const two = { first: look, last: { ...look, at: 2 } };
    expect(told(throughDisk({ ...NOTHING_WATCHED, looks: two }).looks)).to.deep.equal(told(two));
  });

  it('begins anew with what it does not know', () => {
    for (const value of [
      undefined,
      null,
      7,
      {},
      { version: 2, history: NOTHING_WATCHED.history },
    ]) {
      expect(restoreKinds(value, JUDGING)).to.equal(NOTHING_WATCHED);
    }
  });
});
