import { expect } from 'chai';
import { fine } from '../../src/growth/cells.ts';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import type { History } from '../../src/growth/history.ts';
import { restoreHistory, saveHistory } from '../../src/growth/saved-history.ts';
import { weigh } from '../../src/growth/sampling.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { encodeProfile } from '../../src/pprof/encode.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import { layOut } from '../support/drawn-profiles.ts';
import { seededRandom } from '../support/random.ts';
import { drawnProfile } from '../support/wide-profile.ts';
import { takeSnapshot } from './slow-snapshot.ts';
import type { Snapshot } from './slow-snapshot.ts';

interface Row {
  readonly stack: readonly (readonly string[])[];
  readonly size: number;
  live: number;
  allocated: number;
}

const PERIOD = 512 * 1024;
const NAMES = Array.from({ length: 10 }, (_, at) => `shop.f${at}`);

/** A process whose rows grow, shrink, move and get new ones in front, by chance. */
class RandomProcess {
  readonly rows: Row[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    for (let row = 0; row < 30; row++) this.rows.push(this.#newRow());
  }

  step(): void {
    for (const row of this.rows) {
      if (this.#random() < 0.7) continue;
      const born = this.#below(4);
      row.allocated += born;
      row.live = Math.max(0, row.live + born - this.#below(4));
    }
    if (this.#random() < 0.3) this.rows.unshift(this.#newRow());
    if (this.#random() < 0.1) this.rows.push(...this.rows.splice(this.#below(20), 3));
  }

  profile(at: number): Profile {
    const column = (value: (row: Row) => number) => Float64Array.from(this.rows, value);
    const scaled = (count: number, size: number) => Math.floor(count * weigh(size, PERIOD).bytes);
    const [inuse, alloc] = [
      column(({ live, size }) => scaled(live, size)),
      column(({ allocated, size }) => scaled(allocated, size)),
    ];
    return {
      ...layOut(this.rows.map(({ stack }) => stack)),
      timeMs: at * 60_000,
      durationMs: 0,
      periodBytes: PERIOD,
      build: { file: '/app/shop', id: 'build-1' },
      values: {
        alloc_objects: alloc,
        alloc_space: alloc,
        inuse_objects: inuse,
        inuse_space: inuse,
      },
      size: column(({ size }) => size),
    };
  }

  #newRow(): Row {
    const depth = 1 + this.#below(5);
    const frame = () => NAMES[this.#below(NAMES.length)] ?? '';
    const stack = Array.from({ length: depth }, () =>
      this.#random() < 0.2 ? [frame(), frame()] : [frame()],
    );
    return { stack, size: 2 ** (4 + this.#below(20)), live: 0, allocated: 0 };
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }
}

interface Level {
  inuseBytes: number;
  allocBytes: number;
  objects: number;
}

function levels(snapshot: Snapshot): ReadonlyMap<string, Level> {
  const found = new Map<string, Level>();
  const objects = snapshot.stacks.map(() => 0);
  for (const { stack, live } of snapshot.lines.values()) objects[stack]! += live;
  snapshot.stacks.forEach(({ functions, inuseBytes, allocBytes }, stack) => {
    const names = functions.map((index) => snapshot.functions[index] ?? '');
    for (const key of [...new Set(names), `stack ${names.join(' ')}`]) {
      const level = found.get(key) ?? { inuseBytes: 0, allocBytes: 0, objects: 0 };
      level.inuseBytes += inuseBytes;
      level.allocBytes += allocBytes;
      level.objects += objects[stack]!;
      found.set(key, level);
    }
  });
  return found;
}

/** What each cell must hold: the least over its profiles, of those since the first. */
function floorOf(
  name: string,
  widths: readonly number[],
  past: readonly ReadonlyMap<string, Level>[],
) {
  let next = 1;
  return widths.map((width) => {
    const bytes = past.slice(next, next + width).map((each) => each.get(name)?.inuseBytes ?? 0);
    next += width;
    return Math.min(...bytes);
  });
}

function compare(history: History, past: readonly ReadonlyMap<string, Level>[]): void {
  const { epoch } = history;
  const now = past.at(-1);
  if (epoch === undefined || now === undefined) throw new Error('nothing folded');
  const { axis } = epoch;
  const widths = [...axis.profiles.subarray(0, axis.count)];
  expect(widths.reduce((sum, each) => sum + each, 0)).to.equal(past.length - 1);
  for (const [name, { inuseBytes, objects, allocBytes, track }] of epoch.functions) {
    expect({ inuseBytes, objects, allocBytes }, name).to.deep.equal({ ...now.get(name) });
    expect([...track.floor.subarray(0, axis.count)], name).to.deep.equal(
      floorOf(name, widths, past).map(fine),
    );
  }
  const stacks = [...epoch.stacks.values()];
  for (const { functions, floor, inuseBytes, objects } of stacks) {
    const name = `stack ${functions.join(' ')}`;
    expect({ inuseBytes, objects }, name).to.deep.include({
      inuseBytes: now.get(name)?.inuseBytes,
      objects: now.get(name)?.objects,
    });
    expect([...floor.subarray(0, axis.count)], name).to.deep.equal(
      floorOf(name, widths, past).map(Math.fround),
    );
  }
  const inUse = [...now].filter(([, level]) => level.inuseBytes > 0).map(([name]) => name);
  const known = [
    ...epoch.functions.keys(),
    ...stacks.map(({ functions }) => `stack ${functions.join(' ')}`),
  ];
  expect(known).to.include.members(inUse);
}

describe('the fold beside the slow and obvious way', () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const fromBytes = seed % 2 === 0;
    const title = `whatever changes, moves and comes new (${seed}${fromBytes ? ', from bytes' : ''})`;
    it(`comes to the same sums and floors, ${title}`, () => {
      const random = seededRandom(seed);
      const running = new RandomProcess(random);
      const past: ReadonlyMap<string, Level>[] = [];
      let history = createHistory();
      let fingerprint = -1;
      for (let at = 0; at < 230; at++) {
        if (random() < 0.9) running.step();
        const drawn = running.profile(at);
        const profile = fromBytes ? decodeProfile(encodeProfile(drawn)) : drawn;
        expect(profile.code !== undefined).to.equal(fromBytes);
        const snapshot = takeSnapshot(profile);
        const fresh = fingerprint !== snapshot.fingerprint;
        if (fresh) past.push(levels(snapshot));
        const told = foldProfile(history, profile, { at: profile.timeMs });
        expect(told).to.deep.include({
          fresh,
          newEpoch: false,
          inuseBytes: snapshot.inuseBytes,
          stacks: snapshot.stacks.length,
        });
        expect(history.epoch?.fingerprint).to.equal(snapshot.fingerprint);
        ({ fingerprint } = snapshot);
        if (random() < 0.02) history = restored(history);
        if (at % 10 === 9) compare(history, past);
      }
    });
  }

  it('keeps to the rows that are left where many go', () => {
    const history = createHistory();
    for (let at = 0; at < 30; at++) {
      const rows = Array.from({ length: 600 }, (_, row) => ({
        stack: [[`shop.f${at}x${row}`]],
        size: 1024,
        live: 5,
        allocated: 10 * (at + 1),
      }));
      const running = new RandomProcess(seededRandom(at));
      running.rows.splice(0, running.rows.length, ...rows);
      foldProfile(history, running.profile(at), { at: at * 60_000 });
    }
    const inUse = [...(history.epoch?.stacks.values() ?? [])].filter((each) => each.inuseBytes > 0);
    expect(inUse).to.have.lengthOf(600);
    expect(inUse.every(({ functions }) => functions[0]?.startsWith('shop.f29x'))).to.equal(true);
    expect(history.epochs).to.equal(1);
  });
});

describe('rows that are all alike', () => {
  const rows = 200_000;
  const alike: Profile = {
    ...drawnProfile(rows),
    stackLocations: new Uint32Array(rows),
    locations: [{ frames: [{ function: 'shop.Add', file: 'shop.go', line: 1 }] }],
  };

  it('add up, and cost no more than others do', () => {
    const history = createHistory();
    for (const at of [0, 1, 2]) {
      const told = foldProfile(history, alike, { at: at * 60_000 });
      expect(told).to.include({ stacks: 1, inuseBytes: rows * 2 ** 19, fresh: at === 0 });
    }
    const less = { ...alike, sampleCount: rows - 1 };
    const told = foldProfile(history, less, { at: 180_000 });
    expect(told).to.include({ stacks: 1, inuseBytes: (rows - 1) * 2 ** 19 });
  });
});

function restored(history: History): History {
  const again = restoreHistory(saveHistory(history));
  if (again === undefined) throw new Error('not restored');
  return again;
}
