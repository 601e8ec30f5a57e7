import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { TargetRecord } from '../../src/memory/target-record.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { Lanes } from '../../src/watch/lanes.ts';
import { Loops } from '../../src/watch/loops.ts';
import { NOTHING_YET } from '../../src/watch/watched.ts';
import type { Surroundings } from '../../src/watch/watcher-parts.ts';
import { groupOf } from '../discovery/group-of.ts';
import { until } from '../support/until.ts';
import { reading, silentLog } from '../web/values.ts';

describe('loops', () => {
  const target = { ...groupOf('').template, name: 'a', url: 'http://127.0.0.1:1' };

  it('go on where nothing changed, begin anew where something did, each with what the one before knew', async () => {
    const loops = new Loops();
    const known = { ...NOTHING_YET, reading: reading() };
    const other = { ...target, name: 'b' };
    await loops.start([target, other], surroundings(new TargetRecord()), new Map([['a', known]]));
    expect(loops.find('a')?.reading).to.equal(known.reading);
    expect(loops.find('b')?.reading).to.equal(undefined);
    const moved = { ...target, url: 'http://127.0.0.1:2' };
    const young = { ...target, name: 'c' };
    expect(loops.against([{ ...target }, other])).to.deep.equal({
      gone: [],
      changed: [],
      next: [],
    });
    expect(loops.against([moved, young])).to.deep.equal({
      gone: ['b'],
      changed: ['a'],
      next: [moved, young],
    });
    expect((await loops.stop()).get('a')?.reading).to.equal(known.reading);
  });
});

/** With the records of all targets, now or when they come. */
function surroundings(record: TargetRecord | Promise<TargetRecord>): Surroundings {
  return {
    store: {},
    records: { restore: () => Promise.resolve(record), find: () => undefined },
    teller: { incidents: () => [] },
    lanes: new Lanes(),
    metrics: createMetrics({ version: '0' }, systemClock),
    clock: systemClock,
    log: silentLog,
  } as unknown as Surroundings;
}

describe('loops that are closed', () => {
  it('have ended, those too that somebody else has begun to end', async () => {
    let restore: (record: TargetRecord) => void = () => undefined;
    const restored = new Promise<TargetRecord>((resolve) => (restore = resolve));
    const around = surroundings(restored);
    const loops = new Loops();
    const target = { ...groupOf('').template, name: 'a', url: 'http://127.0.0.1:1' };
    await loops.start([target], around, new Map());
    const stopping = loops.stop(['a']);
    let isClosed = false;
    const closing = loops.close().then(() => (isClosed = true));
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    expect(isClosed).to.equal(false);
    restore(new TargetRecord());
    await Promise.all([stopping, closing]);
    expect(loops.names()).to.deep.equal([]);
    await loops.start([target], around, new Map());
    expect(loops.names()).to.deep.equal([]);
    await until('closed', 1_000, () => isClosed || undefined);
  });
});
