import { expect } from 'chai';
import { addCell, createCells } from '../../src/kind/cells.ts';
import { measure } from '../../src/kind/measure.ts';
import { pileGrowth } from '../../src/kind/pile-growth.ts';
import { MIB, MINUTE, readingOf } from '../support/readings.ts';

interface Told {
  readonly stacksMib: number;
  readonly goalMib?: number;
}

/** Of readings a minute apart, as they are told in each of `minutes`; `since`: the minute it began. */
function growth(minutes: number, of: (minute: number) => Told, since = 0) {
  const cells = createCells();
  for (let minute = 0; minute < minutes; minute++) {
    const at = minute * MINUTE;
    const { stacksMib, goalMib } = of(minute);
    const stackInuseBytes = stacksMib * MIB;
    const nextGcBytes = goalMib === undefined ? undefined : goalMib * MIB;
    const lows = measure({ ...readingOf({ at, bytes: 0 }), stackInuseBytes, nextGcBytes });
    addCell(cells, { fromMs: at, toMs: at, readings: 1, lows, allocatedBytes: undefined });
  }
  return pileGrowth(cells, { ms: since * MINUTE, isWarm: true });
}

const perHourMib = (told: ReturnType<typeof growth>) => (told?.perHour ?? NaN) / MIB;

describe('what memory grows by while goroutines pile up', () => {
  it('is their stacks and what the collector waits for', () => {
    const told = growth(60, (minute) => ({ stacksMib: minute, goalMib: 50 + 2 * minute }));
    expect(perHourMib(told)).to.be.closeTo(180, 1e-6);
  });

  it('is their stacks alone where the heap shrinks beside them', () => {
    const told = growth(60, (minute) => ({ stacksMib: minute, goalMib: 500 - 2 * minute }));
    expect(perHourMib(told)).to.be.closeTo(60, 1e-6);
  });

  it('is that since they began to', () => {
    const late = (minute: number) => ({ stacksMib: Math.max(0, minute - 30), goalMib: 50 });
    expect(perHourMib(growth(60, late, 30))).to.be.closeTo(60, 1e-6);
  });

  it('is that of the newest half where the goal clearly slowed down', () => {
    const fillsUp = (minute: number) => ({
      stacksMib: minute,
      goalMib: 50 + 4 * Math.min(minute, 30) + Math.max(0, minute - 30),
    });
    expect(perHourMib(growth(60, fillsUp))).to.be.closeTo(120, 1);
    expect(perHourMib(growth(120, fillsUp))).to.be.closeTo(120, 1);
  });

  it('is not known where the goal is not told, or for too short a time', () => {
    expect(growth(60, (minute) => ({ stacksMib: minute }))).to.equal(undefined);
    const both = (minute: number) => ({ stacksMib: minute, goalMib: 50 });
    expect(growth(60, both, 55)).to.equal(undefined);
  });
});
