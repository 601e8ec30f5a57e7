import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import {
  addCell,
  cellsOf,
  createCells,
  listCells,
  MAX_CELLS,
  NO_CELLS,
} from '../../src/kind/cells.ts';
import { NO_READINGS, observeKinds } from '../../src/kind/kind-history.ts';
import { measure } from '../../src/kind/measure.ts';
import { MIB, MINUTE, readingOf } from '../support/readings.ts';

const readAt = (minute: number) => readingOf({ at: minute * MINUTE, bytes: (100 + minute) * MIB });

describe('the cells of a process', () => {
  it('hold the lowest of two where they are joined, all readings, and the newest of what was allocated', () => {
    const cells = createCells();
    for (let minute = 0; minute <= MAX_CELLS; minute++) {
      const at = minute * MINUTE;
      const lows = { ...measure(readAt(minute)), goroutines: minute === 1 ? 3 : undefined };
      const allocatedBytes = minute === 2 ? 7 : undefined;
      addCell(cells, { fromMs: at, toMs: at, readings: 1, lows, allocatedBytes });
    }
    const list = listCells(cells);
    expect(list).to.have.length(33);
    const [first, second] = list;
    expect(first).to.deep.include({
      fromMs: 0,
      toMs: MINUTE,
      readings: 2,
      allocatedBytes: undefined,
    });
    expect(first?.lows).to.deep.include({ heap_live: 50 * MIB, goroutines: 3, stacks: undefined });
    expect(second).to.deep.include({ allocatedBytes: 7 });
    expect(list.at(-1)).to.deep.include({ fromMs: MAX_CELLS * MINUTE, readings: 1 });
    expect(listCells(cellsOf(list, cells.widthMs))).to.deep.equal(list);
  });

  it('that all share take none', () => {
    const cell = { fromMs: 0, toMs: 0, readings: 1, lows: measure(readAt(0)), allocatedBytes: 1 };
    expect(() => addCell(NO_CELLS, cell)).to.throw(TypeError);
    expect(NO_CELLS.length).to.equal(0);
  });

  it('are no objects, of which a fleet would have a hundred thousand', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const rules = {
      minProfiles: 24,
      confirmProfiles: 240,
      minGrowthBytes: 4 * MIB,
      profileEveryMs: MINUTE,
    };
    const watch = () => {
      let history = NO_READINGS;
      for (let minute = 0; minute < 70; minute++)
        history = observeKinds(history, readAt(minute), rules).history;
      return history;
    };
    watch();
    collect();
    const before = process.memoryUsage().heapUsed;
    const kept = Array.from({ length: 200 }, watch);
    collect();
    const bytesEach = (process.memoryUsage().heapUsed - before) / kept.length;
    expect(kept[0]?.cells.length).to.be.above(30);
    expect(bytesEach).to.be.below(4_000);
  });
});
