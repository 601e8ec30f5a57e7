import { expect } from 'chai';
import type { Analyst } from '../../src/analysis/analyst.ts';
import type { TargetConfig } from '../../src/config/config.ts';
import { groupGoroutines } from '../../src/goroutine/group.ts';
import type { GoroutineGroup } from '../../src/goroutine/group.ts';
import { listCells } from '../../src/kind/cells.ts';
import type { Reading } from '../../src/memory/reading.ts';
import type { GoroutineProfile } from '../../src/target/capture-goroutines.ts';
import {
  alarmOf,
  NOTHING_WATCHED,
  withLook,
  withReading,
  type KindWatch,
} from '../../src/watch/kind-watch.ts';
import { suspect } from '../incident/report.ts';
import { httpConfig } from '../support/http-config.ts';
import { HOUR, MIB, MINUTE, readingOf } from '../support/readings.ts';
import { JUDGING } from './judging.ts';

const CONFIG: TargetConfig = {
  name: 'quotes',
  url: 'http://127.0.0.1:1',
  labels: {},
  memoryLimitBytes: undefined,
  ownPackages: [],
  http: httpConfig(),
  reading: { source: 'pprof', intervalMs: MINUTE, timeoutMs: MINUTE },
  trigger: { above: { kind: 'bytes', bytes: 1 }, growthBytesPerHour: 1 },
  ...JUDGING,
};

const BEGAN = 1_700_000_000_000;

/** A service whose readings tell no number of goroutines, and whose profile of them tells 100 more a minute. */
async function watched(
  minutes: number,
  grown: (minute: number) => Partial<Reading>,
  setBy: (minute: number) => number = () => 0,
): Promise<{ readonly kinds: KindWatch; readonly looks: number }> {
  let kinds = NOTHING_WATCHED;
  let looks = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const at = BEGAN + minute * MINUTE + setBy(minute);
    const reading = { ...readingOf({ at, bytes: 100 * MIB }), ...grown(minute) };
    kinds = await withLook(withReading(kinds, reading, CONFIG), undefined, {
      config: CONFIG,
      now: () => at,
      fetch: async () => Buffer.from(''),
      analyst: {
        goroutines: async () => {
          looks += 1;
          return { kind: 'goroutines', look: { total: 10 + 100 * minute, groups: [] } };
        },
      },
    });
  }
  return { kinds, looks };
}

describe('what calls for a look at the goroutines', () => {
  const holding = (minute: number) => ({
    heapAllocBytes: (50 + 2 * minute) * MIB,
    stackInuseBytes: (1 + 0.2 * minute) * MIB,
  });

  it('is that their stacks grow, though what they hold grows ten times as much', async () => {
    const { kinds } = await watched(90, holding);
    expect(alarmOf(kinds.verdict, 'goroutine')?.state).to.equal('suspect');
  });

  it('is not yet that they grow by less than the rules ask', async () => {
    const { kinds, looks } = await watched(20, holding);
    expect([looks, kinds.verdict?.kind]).to.deep.equal([0, 'heap']);
  });

  it('is not that the heap alone grows', async () => {
    const { looks } = await watched(90, (minute) => ({ ...holding(minute), stackInuseBytes: MIB }));
    expect(looks).to.equal(0);
  });
});

describe('a look at the goroutines', () => {
  const stacks = (minute: number) => ({ stackInuseBytes: (1 + 0.2 * minute) * MIB });
  const FOUND = { kind: 'goroutines', look: { total: 10, groups: [] } } as const;
  /** So many are proved to block in a function, and more and more do. */
  const proved = (count: number) => {
    const stack = { count, frames: [{ function: 'main.ask', file: 'a.go', line: 7 }] };
    return { kind: 'goroutines', look: groupGoroutines([stack], []) } as const;
  };
  const at = (minutes: number) => BEGAN + minutes * MINUTE;
  const read = (minutes: number, more: Partial<Reading> = {}) => ({
    ...readingOf({ at: at(minutes), bytes: 100 * MIB }),
    ...more,
  });

  /** What is fetched, and after how many minutes, while stacks grow and a reading comes twice a minute. */
  async function fetched(
    minutes: number,
    answer: (profile: GoroutineProfile) => Promise<Uint8Array | undefined>,
    reply: Awaited<ReturnType<Analyst['goroutines']>> = FOUND,
  ) {
    const times: Record<GoroutineProfile, number[]> = { goroutine: [], goroutineleak: [] };
    let kinds = NOTHING_WATCHED;
    for (let minute = 0; minute < minutes; minute += 0.5) {
      const looker = {
        config: CONFIG,
        now: () => at(minute),
        fetch: (profile: GoroutineProfile) => {
          times[profile].push(minute);
          return answer(profile);
        },
        analyst: {
          goroutines: async (bytes: Uint8Array) =>
            bytes.length > 0 ? reply : growingBy(reply, minute),
        },
      };
      const reading = read(minute, stacks(minute));
      kinds = await withLook(withReading(kinds, reading, CONFIG), undefined, looker);
    }
    return { times, kinds };
  }

  function growingBy(reply: Awaited<ReturnType<Analyst['goroutines']>>, minute: number) {
    if (reply.kind === 'unusable') return reply;
    const total = 10 + 100 * minute;
    return { ...reply, look: { total, groups: reply.look.groups.map(countedAs(total)) } };
  }

  const countedAs = (count: number) => (group: GoroutineGroup) => ({ ...group, count });
  const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - times[i]!);
  const page = async () => Buffer.from('');

  it('comes as often as a profile of the heap, also where the last one failed, and says why', async () => {
    const sound = await fetched(90, page);
    expect(Math.min(...gaps(sound.times.goroutine))).to.equal(1);
    const failed = await fetched(90, () => Promise.reject(new Error('refused')));
    expect(Math.min(...gaps(failed.times.goroutine))).to.equal(1);
    expect(failed.kinds).to.include({ lookError: 'refused', looks: undefined });
    const unusable = await fetched(90, page, {
      kind: 'unusable',
      why: 'malformed',
      message: 'no profile',
    });
    expect(unusable.kinds.lookError).to.equal('/debug/pprof/goroutine: no profile');
  });

  it('asks the runtime every hour for a proof, until it proves what piles up', async () => {
    const absent = async (profile: GoroutineProfile) =>
      profile === 'goroutine' ? Buffer.from('') : undefined;
    const proof = async (profile: GoroutineProfile) =>
      Buffer.from(profile === 'goroutine' ? '' : 'proof');
    for (const { times } of [
      await fetched(240, absent),
      await fetched(240, proof),
      await fetched(240, proof, proved(99)),
    ]) {
      expect(times.goroutineleak.length).to.be.above(1);
      expect(new Set(gaps(times.goroutineleak))).to.deep.equal(new Set([60]));
    }
    const proven = await fetched(240, proof, proved(100));
    expect(proven.times.goroutineleak).to.have.length(1);
  });

  it('asks no sooner for a proof that failed, says why, and keeps what it looked at', async () => {
    const { times, kinds } = await fetched(240, async (profile) => {
      if (profile === 'goroutineleak') throw new Error('status 403');
      return Buffer.from('');
    });
    expect(times.goroutineleak.length).to.be.above(1);
    expect(new Set(gaps(times.goroutineleak))).to.deep.equal(new Set([60]));
    expect(new Set(gaps(times.goroutine))).to.deep.equal(new Set([1]));
    const lookedAt = times.goroutine.at(-1) ?? NaN;
    expect(kinds.looks?.last.at).to.equal(at(lookedAt));
    const failing = await fetched((times.goroutineleak[0] ?? NaN) + 0.5, async (profile) => {
      if (profile === 'goroutineleak') throw new Error('status 403');
      return Buffer.from('');
    });
    expect(failing.kinds.lookError).to.equal('status 403');
  });

  it('is called for where the heap grows by their descriptors', async () => {
    const heap = {
      state: 'growing',
      reason: '',
      tests: [],
      suspects: [suspect('runtime.malg < runtime.newproc1', { function: 'runtime.malg' })],
      profiles: 30,
      fresh: 30,
      epochs: 1,
      freshInEpoch: 30,
    } as const;
    const looker = {
      config: CONFIG,
      now: () => at(0),
      fetch: page,
      analyst: { goroutines: async () => FOUND },
    };
    const watch = withReading(NOTHING_WATCHED, read(0), CONFIG);
    expect((await withLook(watch, heap, looker)).looks?.last.total).to.equal(10);
    expect((await withLook(watch, { ...heap, suspects: [] }, looker)).looks).to.equal(undefined);
  });

  it('tells the number of goroutines to readings soon after it, that do not', () => {
    const look = { at: at(0), total: 10, groups: [] };
    const warm = withReading(NOTHING_WATCHED, read(-60), CONFIG);
    const watch = { ...warm, looks: { first: look, last: look } };
    const told = (minutes: number, more: Partial<Reading> = {}) =>
      listCells(withReading(watch, read(minutes, more), CONFIG).history.cells)[0]?.lows.goroutines;
    expect([told(2), told(3), told(2, { goroutines: 7 })]).to.deep.equal([10, undefined, 7]);
  });

  it('is of a process that is no more, once another was read, and no reason to look at that at once', () => {
    const look = { at: at(1), total: 10, groups: [] };
    const known = {
      ...withReading(NOTHING_WATCHED, read(1, { startedAt: at(0) }), CONFIG),
      looks: { first: look, last: look },
      proof: look,
      lookedAt: at(1),
      provedAt: at(1),
      reportedAt: at(1),
    };
    const next = withReading(known, read(2, { startedAt: at(1.5) }), CONFIG);
    expect(next).to.include({
      newEpoch: true,
      looks: undefined,
      proof: undefined,
      lookedAt: at(1),
      provedAt: 0,
      reportedAt: 0,
    });
  });
});

describe('looks at the goroutines, while the clock is set', () => {
  const stacks = (minute: number) => ({ stackInuseBytes: (1 + 0.2 * minute) * MIB });
  const DAY = 24 * HOUR;

  const SET = { 'set back': [0, -DAY], 'set right': [DAY, 0] } as const;

  for (const [name, [before, after]] of Object.entries(SET)) {
    it(`come as often as ever after it was ${name}, and tell since when`, async () => {
      const setBy = (minute: number) => (minute < 60 ? before : after);
      const sound = await watched(90, stacks);
      const { kinds, looks } = await watched(90, stacks, setBy);
      expect(looks).to.be.closeTo(sound.looks, 1);
      expect(alarmOf(kinds.verdict, 'goroutine')?.state).to.equal('suspect');
      const ago = ({ looks: seen }: KindWatch) => (seen?.last.at ?? 0) - (seen?.first.at ?? 0);
      expect(ago(kinds)).to.equal(ago(sound.kinds));
    });
  }
});
