import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import type { LiveHeap } from '../../src/growth/live-growth.ts';
import type { Verdict } from '../../src/growth/verdict.ts';
import { addCell, createCells } from '../../src/kind/cells.ts';
import { measure } from '../../src/kind/measure.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';
import { MIB, randomNumbers, readingOf } from '../support/readings.ts';

const RULES = { minProfiles: 24, confirmProfiles: 48, minGrowthBytes: 4 * MIB, ownPackages: [] };
const LEAK = 'main.main;shop/cart.Add  1..47/48\nmain.main;shop/http.Serve  50*48  ~10';
/** Too few sampled objects for a growth among hundreds of functions. */
const SMALL_LEAK = 'main.main;shop/cart.Add  0..10/48\nmain.main;shop/http.Serve  50*48  ~10';

interface Minute {
  readonly liveMib: number;
  /** Up to so much garbage on top of that. */
  readonly garbageMib?: number;
  /** What the collector waits for until it runs. */
  readonly goalMib?: number;
  /** Allocated in the minute before. */
  readonly allocMib?: number;
}

/** Judged after the drawn profiles, a minute apart, beside readings as often; `undefined`: none that minute. */
function judgedBeside(drawn: string, of: (minute: number) => Minute | undefined): Verdict {
  const noise = randomNumbers(3);
  const history = createHistory();
  const live: LiveHeap = createCells();
  let allocatedBytes = 0;
  for (const [minute, profile] of drawProfiles(drawn).entries()) {
    const at = profile.timeMs;
    foldProfile(history, profile, { at });
    const read = of(minute);
    if (read === undefined) continue;
    allocatedBytes += (read.allocMib ?? 100) * MIB;
    const heapAllocBytes = (read.liveMib + (read.garbageMib ?? 1) * noise()) * MIB;
    const nextGcBytes = read.goalMib === undefined ? undefined : read.goalMib * MIB;
    const lows = measure({ ...readingOf({ at, bytes: 0 }), heapAllocBytes, nextGcBytes });
    addCell(live, { fromMs: at, toMs: at, readings: 1, lows, allocatedBytes });
  }
  return judge(history, RULES, { live });
}

describe('growth beside the live heap that readings tell', () => {
  it('is a leak where the live heap grows with it, and says so', () => {
    const { state, tests } = judgedBeside(LEAK, (minute) => ({ liveMib: 100 + minute }));
    expect(state).to.equal('leak');
    expect(tests.at(-1)?.name).to.equal('live heap');
    expect(tests.at(-1)?.reason).to.match(
      /^the live heap grew [34]\d.*MiB, as readings count it, [\d.]+ times the earlier rate in the later half$/,
    );
  });

  it('is none where the live heap does not grow', () => {
    const { state, reason, tests } = judgedBeside(LEAK, () => ({ liveMib: 100 }));
    expect(state).to.equal('growing');
    expect(reason).to.match(/, but the live heap grew .*, as readings count it \(needs .*MiB\)$/);
    expect(tests.at(-1)).to.include({ name: 'live heap', passed: false });
  });

  it('is none yet where the live heap levels off', () => {
    const liveMib = (minute: number) => 100 + 45 * (1 - Math.exp(-minute / 15));
    const { state, reason } = judgedBeside(LEAK, (minute) => ({ liveMib: liveMib(minute) }));
    expect(state).to.equal('growing');
    expect(reason).to.match(/but the live heap grew .*, levelling off: 0\.\d+ times/);
  });

  it('may slow down as traffic does', () => {
    const { state } = judgedBeside(LEAK, (minute) => ({
      liveMib: minute < 24 ? 100 + 1.5 * minute : 124 + 0.5 * minute,
      allocMib: minute < 24 ? 150 : 50,
    }));
    expect(state).to.equal('leak');
  });

  it('is judged without it where readings began late or do not tell it', () => {
    const late = judgedBeside(LEAK, (minute) => (minute < 30 ? undefined : { liveMib: 100 }));
    expect(late.state).to.equal('leak');
    expect(judgedBeside(LEAK, () => undefined).tests.map(({ name }) => name)).not.to.include(
      'live heap',
    );
  });

  it('is a leak of few sampled objects where the live heap proves that something leaks', () => {
    expect(judgedBeside(SMALL_LEAK, () => undefined).state).to.equal('quiet');
    const { state, reason, suspects } = judgedBeside(SMALL_LEAK, (minute) => ({
      liveMib: 30 + 0.4 * minute,
    }));
    expect(state).to.equal('leak');
    expect(suspects.map((each) => each.function)).to.deep.equal(['shop/cart.Add']);
    expect(reason).to.match(
      /, and the live heap grew .*MiB, as readings count it, .*; a leak, for it held over most of 48 profiles, and the live heap bears it out$/,
    );
  });

  it('takes for no proof what may be the small ring of a server that fills up', () => {
    const { state } = judgedBeside(SMALL_LEAK, (minute) => ({ liveMib: 30 + minute / 5 }));
    expect(state).to.equal('quiet');
  });

  it('is a leak beside a cache that fills up, where the live heap has room for both', () => {
    const drawn =
      'main.main;shop/cart.Add  1..47/48\nmain.main;shop/avatar.Draw  1..60/20 60*28\nmain.main;shop/http.Serve  50*48  ~10';
    const { state, reason, tests } = judgedBeside(drawn, (minute) => ({
      liveMib: 60 + minute + 3 * Math.min(20, minute),
    }));
    expect(reason).to.match(/^floor of shop\/cart\.Add grew /);
    expect(state).to.equal('leak');
    expect(tests.at(-1)?.reason).to.match(/ in the later half, which still has room for this$/);
  });

  it('need not show that it goes on by samples that are too few to say so', () => {
    const drawn =
      'main.main;shop/cart.Add  0..5.5/24 5.5..10/24\nmain.main;shop/http.Serve  50*48  ~10';
    const { state } = judgedBeside(drawn, (minute) => ({ liveMib: 30 + minute / 2 }));
    expect(state).to.equal('leak');
  });

  it('does not lay at a function what it has no good part in', () => {
    const { state } = judgedBeside(SMALL_LEAK, (minute) => ({ liveMib: 60 + 2 * minute }));
    expect(state).to.equal('quiet');
  });

  it('knows the live heap below the garbage by what the collector waits for', () => {
    const among = (goal: (liveMib: number) => number | undefined) =>
      judgedBeside(SMALL_LEAK, (minute) => {
        const liveMib = 30 + 0.4 * minute;
        const goalMib = goal(liveMib);
        return { liveMib, garbageMib: liveMib, ...(goalMib !== undefined && { goalMib }) };
      });
    expect(among(() => undefined).state).to.equal('quiet');
    const { state, reason } = among((liveMib) => 2 * liveMib);
    expect(state).to.equal('leak');
    expect(reason).to.match(
      /the live heap grew about 1\d\.\d+MiB, as the collector's goal tells it, /,
    );
  });

  it('takes that for no proof where the heap does not grow with it, as when GOGC is changed', () => {
    const { state } = judgedBeside(SMALL_LEAK, (minute) => ({ liveMib: 30, goalMib: 60 + minute }));
    expect(state).to.equal('quiet');
  });

  it('takes that for no doubt where the heap grows without it, as below a memory limit', () => {
    const { state } = judgedBeside(LEAK, (minute) => ({ liveMib: 100 + minute, goalMib: 200 }));
    expect(state).to.equal('leak');
  });

  it('goes on where the live heap does, although its few samples seem to slow down', () => {
    const drawn =
      'main.main;shop/cart.Add  0..15/20 15..22/20\nmain.main;shop/http.Serve  50*40  ~10';
    expect(judgedBeside(drawn, () => undefined).state).to.equal('growing');
    const { state, reason } = judgedBeside(drawn, (minute) => ({
      liveMib: 50 + minute / 2,
      garbageMib: 0.1,
    }));
    expect(state).to.equal('suspect');
    expect(reason).to.match(/not levelling off: [\d.]+ times the earlier rate of the live heap in/);
  });

  it('does not go on by the live heap where something else grows there as much', () => {
    const drawn =
      'main.main;shop/cart.Add  0..15/20 15..22/20\nmain.main;shop/http.Serve  50*40  ~10';
    const { state } = judgedBeside(drawn, (minute) => ({ liveMib: 50 + 2 * minute }));
    expect(state).to.equal('growing');
  });
});
