import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import {
  addCell,
  cellsOf,
  createCells,
  deepestFall,
  listCells,
  MAX_CELLS,
  NO_CELLS,
} from '../../src/kind/cells.ts';
import { NO_READINGS, observeKinds } from '../../src/kind/kind-history.ts';
import { measure } from '../../src/kind/measure.ts';
import { HOUR, MIB, MINUTE, readingOf, SECOND } from '../support/readings.ts';

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
    expect(list).to.have.length(MAX_CELLS);
    const [first, second] = list;
    expect(first).to.deep.include({
      fromMs: 0,
      toMs: MINUTE,
      readings: 2,
      allocatedBytes: undefined,
    });
    expect(first?.lows).to.deep.include({ heap_live: 50 * MIB, goroutines: 3, stacks: undefined });
    expect(second).to.deep.include({ fromMs: 2 * MINUTE, readings: 1, allocatedBytes: 7 });
    expect(list.at(-1)).to.deep.include({ fromMs: MAX_CELLS * MINUTE, readings: 1 });
    expect(listCells(cellsOf(list))).to.deep.equal(list);
  });

  it('take in what is read in the time that is given, and are the wider the older they are', () => {
    const cells = createCells();
    const days = 30;
    for (let at = 0; at < days * 24 * HOUR; at += 15 * SECOND) {
      const lows = measure(readAt(0));
      addCell(
        cells,
        { fromMs: at, toMs: at, readings: 1, lows, allocatedBytes: undefined },
        MINUTE,
      );
    }
    const list = listCells(cells);
    const end = days * 24 * HOUR;
    const widths = list.map(({ readings }) => readings);
    expect(list).to.have.length(MAX_CELLS);
    expect(widths.reduce((a, b) => a + b)).to.equal(days * 24 * 240);
    expect(new Set(widths.slice(-16))).to.deep.equal(new Set([4]));
    for (let age = 20 * MINUTE; age <= end; age *= 2) {
      const inside = list.filter(({ fromMs }) => fromMs >= end - age);
      expect(inside.length, `of the last ${age / MINUTE} minutes`).to.be.at.least(12);
      const widest = Math.max(...inside.map(({ fromMs, toMs }) => toMs - fromMs));
      expect(widest / age).to.be.below(1 / 4);
    }
  });

  it('are not made wide by a while in which nothing was read', () => {
    const cells = createCells();
    const add = (at: number) => {
      const lows = measure(readAt(0));
      addCell(
        cells,
        { fromMs: at, toMs: at, readings: 1, lows, allocatedBytes: undefined },
        MINUTE,
      );
    };
    for (let minute = 0; minute < 10; minute++) add(minute * MINUTE);
    const later = 30 * 24 * HOUR;
    for (let minute = 0; minute < 200; minute++) add(later + minute * MINUTE);
    const recent = listCells(cells).filter(({ fromMs }) => fromMs >= later + 100 * MINUTE);
    expect(recent.length).to.be.above(24);
  });

  it('know how deep each measure ever fell, and forget it over weeks', () => {
    const cells = createCells();
    const add = (minute: number, goroutines: number) => {
      const at = minute * MINUTE;
      const lows = { ...measure(readAt(0)), goroutines };
      addCell(cells, { fromMs: at, toMs: at, readings: 1, lows, allocatedBytes: undefined });
    };
    for (let minute = 0; minute < 60; minute++) add(minute, minute === 5 ? 90_000 : 50 * minute);
    expect(deepestFall(cells, 'goroutines')).to.be.below(1);
    for (let minute = 60; minute < 70; minute++) add(minute, 100);
    expect(deepestFall(cells, 'goroutines')).to.be.within(2_600, 2_800);
    for (let hour = 2; hour < 14 * 24; hour++) add(60 * hour, 100);
    expect(deepestFall(cells, 'goroutines')).to.be.within(1_300, 1_400);
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
