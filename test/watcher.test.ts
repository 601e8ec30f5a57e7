import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { startAnalyst, type Analyst } from '../src/analysis/analyst.ts';
import type { TargetConfig } from '../src/config/config.ts';
import type { VerdictReport } from '../src/incident/incident.ts';
import type { Silence } from '../src/incident/unread.ts';
import { GROWTH_KINDS } from '../src/memory/growth-kind.ts';
import { NOTHING_WATCHED, type KindWatch } from '../src/watch/kind-watch.ts';
import { Lanes } from '../src/watch/lanes.ts';
import { NOTHING_RECALLED } from '../src/watch/recall.ts';
import type { Reading } from '../src/memory/reading.ts';
import type { Happening } from '../src/memory/target-record.ts';
import { createMetrics } from '../src/metrics/metrics.ts';
import type { Clock } from '../src/runtime/clock.ts';
import { createLog, type Log } from '../src/runtime/log.ts';
import type { Archive } from '../src/store/archive.ts';
import { Watcher, type WatcherParts } from '../src/watcher.ts';
import { standing, stateWhenRead } from '../src/web/standing.ts';
import { suspect } from './incident/report.ts';
import { httpConfig } from './support/http-config.ts';
import { HOUR, readingOf } from './support/readings.ts';

const RECORDING = join(import.meta.dirname, '../../fixtures/demo/leaky');
const SECOND = 1_000;

async function recordedProfiles(): Promise<Uint8Array[]> {
  const files = (await readdir(RECORDING)).filter((name) => name.endsWith('.pb.gz')).toSorted();
  return Promise.all(files.map((name) => readFile(join(RECORDING, name))));
}

const SUSPECT = suspect('append < cache.Put < api.Handle < main.main');

const CONFIG: TargetConfig = {
  name: 'shop',
  url: 'http://127.0.0.1:1',
  labels: { service: 'shops' },
  memoryLimitBytes: undefined,
  ownPackages: [],
  http: httpConfig(),
  reading: { source: 'pprof', intervalMs: SECOND, timeoutMs: SECOND },
  trigger: { above: { kind: 'bytes', bytes: 1 }, growthBytesPerHour: 1e12 },
  capture: {
    intervalMs: 2 * SECOND,
    baselineIntervalMs: 60 * SECOND,
    timeoutMs: SECOND,
    maxBytes: 1e9,
    gc: 'never',
  },
  detection: { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 4 * 2 ** 20 },
};

/**
 * Time that passes only while the loop sleeps, and stands still at `endMs`. `setBy` tells by how much the clock
 * on the wall is wrong after so many milliseconds.
 */
function clockUntil(
  endMs: number,
  setBy: (passedMs: number) => number = () => 0,
): Clock & { readonly ended: Promise<void>; passed(): number } {
  const began = SECOND * 1_000;
  let now = began;
  const end = now + endMs;
  let tell: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return {
    ended,
    now: () => now + setBy(now - began),
    passed: () => now - began,
    sleep: async (ms, signal) => {
      if (now + ms < end) {
        now += ms;
        return;
      }
      tell();
      await new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
    },
  };
}

/** As a reading goes beside the recorded profiles, whose leak takes about a MiB a second. */
function leakingAt(at: number): Reading {
  return {
    ...readingOf({ at, bytes: 64 * 2 ** 20 }),
    heapAllocBytes: (at / SECOND - 980) * 2 ** 20,
  };
}

function memoryArchive(): Archive & { readonly saved: Uint8Array[] } {
  const saved: Uint8Array[] = [];
  return {
    saved,
    save: async ({ at, bytes }) => {
      saved.push(bytes);
      return { file: `${saved.length}.pb.gz`, at, bytes: bytes.length };
    },
    saveHistory: async () => undefined,
    past: () => ({ snapshot: async () => undefined, after: async function* () {} }),
    evidence: async () => undefined,
  };
}

describe('Watcher', () => {
  let analyst: Analyst;
  let profiles: Uint8Array[];

  before(async () => {
    profiles = await recordedProfiles();
  });

  beforeEach(() => {
    analyst = startAnalyst();
  });

  afterEach(() => analyst.close());

  /** Runs a loop for a while of its own time and stops it. */
  async function watch(
    forMs: number,
    {
      clock = clockUntil(forMs),
      atLast = async () => undefined,
      ...parts
    }: Omit<Partial<WatcherParts>, 'clock'> & {
      readonly clock?: ReturnType<typeof clockUntil>;
      /** Done while the loop waits at the end of its time. */
      readonly atLast?: (watcher: Watcher) => Promise<unknown>;
    } = {},
  ) {
    const archive = memoryArchive();
    const told: VerdictReport[] = [];
    const happenings: Happening[] = [];
    const silences: (Silence | undefined)[] = [];
    const builds: (string | undefined)[] = [];
    let turn = 0;
    const watcher = new Watcher({
      config: CONFIG,
      read: async (at) => leakingAt(at),
      capture: async () => profiles[turn++]!,
      goroutines: () => Promise.resolve(undefined),
      analyst,
      archive,
      lanes: new Lanes(),
      concerns: () => true,
      followed: () => [],
      tell: async (report) => void told.push(report),
      happened: (happening) => void happenings.push(happening),
      unread: (silence) => void silences.push(silence),
      recall: async () => NOTHING_RECALLED,
      ran: (build) => void builds.push(build),
      keptKinds: { restore: async () => NOTHING_WATCHED, keep: () => undefined },
      metrics: createMetrics({ version: 'test' }),
      clock,
      log: createLog('silent'),
      ...parts,
    });
    watcher.start(0);
    await clock.ended;
    const status = watcher.status();
    await atLast(watcher);
    const left = await watcher.stop();
    return { status, left, archive, told, watcher, happenings, builds, silences };
  }

  it('captures every interval while triggered, saves the bytes as they came, and tells of each verdict', async () => {
    const { archive, told, status } = await watch(10 * SECOND);
    expect(archive.saved).to.deep.equal(profiles.slice(0, 5));
    expect(told.map(({ state, freshInEpoch }) => [state, freshInEpoch])).to.deep.equal(
      [1, 2, 3, 4, 5].map((fresh) => ['insufficient', fresh]),
    );
    expect(told[0]).to.include({ target: 'shop', scope: 'shops' });
    expect(status.verdict?.reason).to.equal('only 5 of 24 fresh profiles');
    expect([status.captureEveryMs, (status.nextCaptureAt ?? NaN) - (status.capture?.at ?? NaN)]) //
      .to.deep.equal([2 * SECOND, 2 * SECOND]);
  });

  it('names the leaking function once there are enough fresh profiles', async () => {
    const { told } = await watch(80 * SECOND);
    const first = told.find(({ state }) => state === 'suspect');
    const [named] = first?.suspects ?? [];
    expect(named?.function).to.equal('example.com/shop/internal/session.(*Store).Create');
    const beside = { ...SUSPECT, function: 'elsewhere', stack: ['elsewhere'] };
    expect(first?.outlook(beside).bytesPerHour).to.equal(
      SUSPECT.growthBytesPerHour + (named?.growthBytesPerHour ?? NaN),
    );
  });

  it('tells how the functions of open incidents grow, whoever is named', async () => {
    const name = 'example.com/shop/internal/session.(*Store).Create';
    const { told } = await watch(80 * SECOND, { followed: () => [name, 'not.There'] });
    expect(told[0]?.followed).to.equal(undefined);
    const { followed = [] } = told.at(-1) ?? {};
    expect(followed.map((each) => [each.function, each.state])).to.deep.equal([[name, 'suspect']]);
  });

  it('tells of a restart by the reading that shows it, whatever grew, before there is a profile', async () => {
    const begins = clockUntil(0).now();
    const read = async (at: number) => ({
      ...leakingAt(at),
      startedAt: at < begins + 5.5 * SECOND ? 1 : begins + 5 * SECOND,
    });
    const { told } = await watch(8 * SECOND, { read });
    const first = told.findIndex(({ newEpoch }) => newEpoch);
    expect(told.slice(0, first).map(({ freshInEpoch }) => freshInEpoch)).to.deep.equal([1, 2, 3]);
    const restarts = told.slice(first).filter(({ freshInEpoch }) => freshInEpoch === 0);
    expect(restarts.map(({ kind }) => kind)).to.deep.equal([...GROWTH_KINDS]);
    for (const { state, at, outlook } of restarts) {
      expect([state, at]).to.deep.equal(['insufficient', begins + 6 * SECOND]);
      expect(outlook(SUSPECT).readingBytes).to.equal(64 * 2 ** 20);
    }
    expect(told.slice(first + restarts.length)[0]).to.include({ newEpoch: true, freshInEpoch: 1 });
  });

  it('suspects no function while its readings show that the live heap does not grow', async () => {
    const read = async (at: number) => {
      const reading = readingOf({ at, bytes: 64 * 2 ** 20 });
      return { ...reading, heapAllocBytes: (40 + ((at / SECOND) % 3)) * 2 ** 20 };
    };
    const { status } = await watch(80 * SECOND, { read });
    expect(status.verdict?.state).to.equal('growing');
    expect(status.verdict?.reason).to.match(/but the live heap grew .*, as readings count it/);
  });

  it('loses one capture to a body that is no profile, says why, and judges the next', async () => {
    let captures = 0;
    const metrics = createMetrics({ version: 'test' });
    const shown: string[] = [];
    const show = async (): Promise<void> => {
      const page = Buffer.from((await metrics.page()).body).toString();
      shown.push(/target_captured\{target="shop"\} (\d)/.exec(page)?.[1] ?? 'nothing');
    };
    const { told, archive } = await watch(8 * SECOND, {
      metrics,
      capture: async () => {
        await show();
        return captures++ === 1 ? Buffer.from('<html>sign in</html>') : profiles[captures]!;
      },
    });
    expect(shown.slice(0, 3)).to.deep.equal(['nothing', '1', '0']);
    expect(archive.saved).to.have.length(captures - 1);
    expect(told.at(-1)?.freshInEpoch).to.equal(captures - 1);
  });

  it('judges and tells as often as ever where no profile can be saved, and shows why it could not', async () => {
    const full: Archive = {
      ...memoryArchive(),
      save: () => Promise.reject(new Error('profiles: the disk is full')),
    };
    const { told, status } = await watch(10 * SECOND, { archive: full });
    expect(told.map(({ freshInEpoch }) => freshInEpoch)).to.deep.equal([1, 2, 3, 4, 5]);
    expect(status.capture).to.include({ kind: 'failed', message: 'profiles: the disk is full' });
  });

  it('has saved a profile whose history cannot be written', async () => {
    const full: Archive = {
      ...memoryArchive(),
      saveHistory: () => Promise.reject(new Error('state: the disk is full')),
    };
    const { told, status } = await watch(24 * SECOND, { archive: full });
    expect(told).to.have.length(12);
    expect(status.capture?.kind).to.equal('saved');
  });

  it('asks a target that gives no profile less and less often, and as ever once it gave one', async () => {
    const clock = clockUntil(75 * SECOND);
    const askedAt: number[] = [];
    await watch(0, {
      clock,
      capture: async () => {
        askedAt.push(clock.passed() / SECOND);
        if (askedAt.length <= 5 || askedAt.length === 8) throw new Error('connection reset');
        return profiles[0]!;
      },
    });
    const gaps = askedAt.slice(1).map((at, i) => at - askedAt[i]!);
    expect(gaps.slice(0, 8)).to.deep.equal([2, 4, 8, 16, 16, 2, 2, 2]);
  });

  it('writes its history down every ten profiles, and at its end what came since', async () => {
    const writtenAfter = async (forMs: number) => {
      const written: number[] = [];
      const archive = memoryArchive();
      const saveHistory = async () => void written.push(archive.saved.length);
      await watch(forMs, { archive: { ...archive, saveHistory } });
      return written;
    };
    expect(await writtenAfter(20 * SECOND)).to.deep.equal([10]);
    expect(await writtenAfter(24 * SECOND)).to.deep.equal([10, 12]);
  });

  it('tells of a leak without waiting for more profiles where memory is about to run out', async () => {
    const detection = { ...CONFIG.detection, minProfiles: 12 };
    const { told } = await watch(80 * SECOND, {
      config: { ...CONFIG, memoryLimitBytes: 96 * 2 ** 20, detection },
    });
    const leak = told.find(({ kind = 'heap', state }) => kind === 'heap' && state === 'leak');
    expect(leak?.freshInEpoch).to.equal(30);
    expect(leak?.reason).to.contain('the limit may be reached within');
  });

  it('notes that a profile is of another process where its readings do not tell that', async () => {
    const restartsBy = async (startedAt: number | undefined) => {
      const order = [40, 41, 0, 1];
      const { happenings } = await watch(8 * SECOND, {
        read: async (at) => ({ ...leakingAt(at), startedAt }),
        capture: async () => profiles[order.shift()!]!,
      });
      return happenings.filter(({ kind }) => kind === 'restarted').map(({ reason }) => reason);
    };
    expect(await restartsBy(undefined)).to.deep.equal(['the profile is of another process']);
    expect(await restartsBy(1)).to.deep.equal([]);
  });

  it('captures where none is due as somebody asks for it, and says so, but not where it cannot be read', async () => {
    const trigger = { above: { kind: 'bytes', bytes: 1e12 }, growthBytesPerHour: 1e15 } as const;
    let isDown = false;
    const { archive, happenings } = await watch(5 * SECOND, {
      config: { ...CONFIG, trigger },
      read: async (at) => {
        if (isDown) throw new Error('connection refused');
        return leakingAt(at);
      },
      atLast: async (watcher) => {
        expect((await watcher.act('read')).ok).to.equal(true);
        expect(await watcher.act('capture')).to.deep.equal({
          ok: true,
          message: 'captured 2.pb.gz',
        });
        isDown = true;
        expect(await watcher.act('capture')).to.deep.equal({
          ok: false,
          problem: 'reading: connection refused',
        });
      },
    });
    expect(archive.saved).to.have.length(2);
    expect(happenings.map(({ reason }) => reason)).to.include(
      'captured now, as somebody asked for',
    );
  });

  it('goes on with what was kept of the kinds of growth, and keeps what it sees', async () => {
    const kept: KindWatch[] = [];
    const before = { ...NOTHING_WATCHED, lookedAt: 7 };
    const keptKinds = {
      restore: async () => before,
      keep: (kinds: KindWatch) => void kept.push(kinds),
    };
    const { left } = await watch(5 * SECOND, { keptKinds });
    expect(kept[0]?.lookedAt).to.equal(7);
    expect(kept).to.have.length(5);
    expect(left.kinds).to.equal(kept.at(-1));
  });

  it('asks for a GC only after a stale profile, and at most once in an interval', async () => {
    const asked: boolean[] = [];
    const { told } = await watch(12 * SECOND, {
      config: { ...CONFIG, capture: { ...CONFIG.capture, gc: 'when_stale' } },
      capture: async (forceGc) => {
        asked.push(forceGc);
        return profiles[0]!;
      },
    });
    expect(asked.slice(0, 3)).to.deep.equal([false, false, true]);
    expect(told.at(-1)?.freshInEpoch).to.equal(1);
  });

  it('never asks for a GC where the configuration says never', async () => {
    const asked: boolean[] = [];
    await watch(12 * SECOND, {
      capture: async (forceGc) => {
        asked.push(forceGc);
        return profiles[0]!;
      },
    });
    expect(asked.length).to.be.greaterThan(3);
    expect(asked).to.not.include(true);
  });

  it('is blind, and captures nothing, where no reading comes; and asks less and less often', async () => {
    const askedAt: number[] = [];
    let captures = 0;
    const { status } = await watch(60 * SECOND, {
      read: (at) => {
        askedAt.push(at / SECOND);
        return Promise.reject(new Error('connection refused'));
      },
      capture: async () => {
        captures += 1;
        return profiles[0]!;
      },
    });
    expect(captures).to.equal(0);
    expect(status.trigger.mode).to.equal('blind');
    expect(status.trigger.decision.reason).to.contain('connection refused');
    const gaps = askedAt.slice(1).map((at, i) => at - askedAt[i]!);
    expect(gaps.slice(0, 6)).to.deep.equal([1, 2, 4, 8, 8, 8]);
  });

  it('says that there are no readings for a while, with the last one, and that there are again', async () => {
    const began = clockUntil(0).now();
    const missing = (from: number, to: number) => async (at: number) => {
      if (at > began + from && at < began + to) throw new Error('connection refused');
      return leakingAt(at);
    };
    const said = async (read: WatcherParts['read']) =>
      (await watch(40 * SECOND, { read, config: { ...CONFIG, memoryLimitBytes: 2 ** 30 } }))
        .silences;
    const [first, ...rest] = await said(missing(10.5 * SECOND, 13.5 * SECOND));
    expect([first, ...rest]).to.deep.equal([undefined]);
    const [, silence, ...later] = await said(missing(10.5 * SECOND, 25 * SECOND));
    expect(silence).to.deep.equal({
      at: began + 14 * SECOND,
      why: 'connection refused',
      last: {
        at: began + 10 * SECOND,
        memory: { readingBytes: 64 * 2 ** 20, readingKind: 'rss', limitBytes: 2 ** 30 },
      },
    });
    expect(later.at(-1)).to.equal(undefined);
    const [never] = await said(missing(-SECOND, 60 * SECOND));
    expect(never).to.deep.include({ why: 'connection refused', last: undefined });
  });

  it('goes on being told as it was before heapwarden was started, until it is read', async () => {
    const began = clockUntil(0).now();
    const memory = { readingBytes: 9, readingKind: 'rss', limitBytes: 10 } as const;
    const last = { at: began - 60 * SECOND, memory };
    const found = { state: 'leak', reason: 'grew on' } as const;
    const refused = () => Promise.reject(new Error('connection refused'));
    const after = (parts: Parameters<typeof watch>[1]) => watch(2.5 * SECOND, parts);
    const dead = await after({
      read: refused,
      recall: async () => ({ last, why: 'reset', found }),
    });
    expect(dead.status).to.deep.include({ lastReading: last, limitBytes: 10 });
    expect(dead.status.unread).to.deep.equal({ since: last.at, why: 'connection refused', found });
    expect(dead.silences[0]).to.deep.include({ why: 'connection refused', last });
    expect(dead.status.trigger.decision.reason).to.match(/^no reading for 1m\ds: /);
    expect(dead.happenings).to.deep.equal([]);
    const back = await after({ recall: async () => ({ last, why: 'reset', found }) });
    expect(back.status.unread).to.equal(undefined);
    expect(back.silences).to.deep.equal([undefined]);
    const read = { read: refused, recall: async () => ({ last, why: undefined, found }) };
    expect((await after(read)).status).to.deep.include({ unread: undefined, lastReading: last });
    const later = await watch(20 * SECOND, read);
    expect(later.status.unread?.since).to.equal(last.at);
  });

  it('is told everywhere with the same and no more than fits of why there are no readings', async () => {
    const read = () => Promise.reject(new Error('x'.repeat(5_000)));
    const { status, silences } = await watch(40 * SECOND, { read });
    expect(status.unread?.why).to.equal(`${'x'.repeat(299)}…`);
    expect(silences.at(-1)?.why).to.equal(status.unread?.why);
  });

  it('stands the same on the page and in the metrics when readings cease, whatever was found before', async () => {
    const began = clockUntil(0).now();
    const clock = clockUntil(90 * SECOND);
    const metrics = createMetrics({ version: 'test' }, clock);
    let before: string | undefined;
    const { status } = await watch(0, {
      clock,
      metrics,
      read: async (at) => {
        if (at < began + 80 * SECOND) return leakingAt(at);
        throw new Error('connection refused');
      },
      tell: async ({ kind = 'heap', state }) => {
        if (kind === 'heap') before = state;
      },
    });
    const page = (await metrics.page()).body.toString();
    const [, told] = /^heapwarden_target_state\{target="shop",state="(\w+)"\} 1$/m.exec(page) ?? [];
    expect(before).to.equal('suspect');
    expect([told, standing(status)]).to.deep.equal(['blind', 'blind']);
    expect([stateWhenRead(status), status.unread?.since]).to.deep.equal([
      before,
      began + 79 * SECOND,
    ]);
  });

  describe('while its clock is set', () => {
    const HOUR = 3_600 * SECOND;
    const NOW = 1_700_000_000 * SECOND;
    const WALLS = {
      'back by five seconds': (ms: number) => (ms < 30 * SECOND ? 0 : -5 * SECOND),
      'back by an hour': (ms: number) => (ms < 30 * SECOND ? 0 : -HOUR),
      'back by a year': (ms: number) => (ms < 30 * SECOND ? 0 : -24 * 365 * HOUR),
      'right after a year ahead': (ms: number) => (ms < 30 * SECOND ? 24 * 365 * HOUR : 0),
      'right after a day ahead for ten seconds': (ms: number) =>
        ms >= 30 * SECOND && ms < 40 * SECOND ? 24 * HOUR : 0,
    };

    /** The readings go by how much time passed, as a target's do. */
    const watchBy = async (
      setBy: (ms: number) => number = () => 0,
      parts: Omit<Partial<WatcherParts>, 'clock'> = {},
    ) => {
      const clock = clockUntil(80 * SECOND, (ms) => NOW + setBy(ms));
      const { read = (at: number) => Promise.resolve(leakingAt(at)) } = parts;
      const readAt: number[] = [];
      const { told, ...rest } = await watch(80 * SECOND, {
        clock,
        ...parts,
        read: async (at, signal) => {
          readAt.push(clock.passed());
          return { ...(await read(1_000 * SECOND + clock.passed(), signal)), at };
        },
      });
      const heap = told.filter(({ kind = 'heap' }) => kind === 'heap');
      const named = heap.filter(({ state }) => state === 'suspect' || state === 'leak');
      const rates = named.map(({ suspects: [first] }) => first?.growthBytesPerHour ?? NaN);
      return { ...rest, readAt, reports: heap.length, named: named.length, rate: rates.at(-1) };
    };

    for (const [name, setBy] of Object.entries(WALLS)) {
      it(`reads, captures, and tells of a leak as ever: set ${name}`, async () => {
        const sound = await watchBy();
        const { readAt, reports, named, rate } = await watchBy(setBy);
        expect(readAt).to.deep.equal(sound.readAt);
        expect(reports).to.be.closeTo(sound.reports, 1);
        expect(named).to.be.closeTo(sound.named, 1);
        expect(rate).to.be.closeTo(sound.rate ?? NaN, 0.1 * (sound.rate ?? NaN));
      });
    }

    it('reads on after it was set back during a round', async () => {
      let passed = 0;
      const clock = clockUntil(20 * SECOND, () => NOW - (passed > 5 ? HOUR : 0));
      const { told } = await watch(20 * SECOND, {
        clock,
        read: async (at) => {
          passed += 1;
          return readingOf({ at, bytes: 64 * 2 ** 20 });
        },
      });
      expect(passed).to.be.above(15);
      expect(told.length).to.be.above(8);
    });

    it('holds no capture back that failed by a clock that was ahead', async () => {
      let failures = 0;
      const { archive } = await watchBy((ms) => (ms < 20 * SECOND ? HOUR : 0), {
        capture: async () => {
          failures += 1;
          if (failures <= 4) throw new Error('connection reset');
          return profiles[0]!;
        },
      });
      expect(archive.saved.length).to.be.above(5);
    });

    it('asks for a GC as ever', async () => {
      const asked: number[] = [];
      const clock = clockUntil(80 * SECOND, (ms) => NOW + (ms < 30 * SECOND ? HOUR : 0));
      await watch(80 * SECOND, {
        clock,
        config: { ...CONFIG, capture: { ...CONFIG.capture, gc: 'when_stale' } },
        capture: async (forceGc) => {
          if (forceGc) asked.push(clock.passed());
          return profiles[0]!;
        },
      });
      expect(asked.filter((at) => at > 40 * SECOND).length).to.be.above(5);
    });
  });

  it('tells the configured limit of a target that nobody could read yet', async () => {
    const metrics = createMetrics({ version: '1' });
    const limited = { ...CONFIG, memoryLimitBytes: 2 ** 30 };
    const read = async (): Promise<Reading> => Promise.reject(new Error('refused'));
    await watch(2 * SECOND, { config: limited, read, metrics });
    const page = Buffer.from((await metrics.page()).body).toString();
    expect(page).to.contain('heapwarden_target_memory_limit_bytes{target="shop"} 1073741824\n');
  });

  it('knows the limit that the process told, also while another source tells none, and until it ends', async () => {
    const began = clockUntil(0).now();
    const restartedAt = began + 30.5 * SECOND;
    const read = async (at: number): Promise<Reading> => {
      const gcCount = (at - (at < restartedAt ? began - HOUR : restartedAt)) / SECOND;
      const reading = { ...leakingAt(at), gcCount };
      if (at < began + 10.5 * SECOND) return { ...reading, limitBytes: 2 ** 30 };
      return { ...reading, source: 'expvar', rssBytes: undefined, sysBytes: 64 * 2 ** 20 };
    };
    const until = async (ms: number) => (await watch(ms, { read })).status.limitBytes;
    expect(await until(30 * SECOND)).to.equal(2 ** 30);
    expect(await until(40 * SECOND)).to.equal(undefined);
    const { told } = await watch(30 * SECOND, { read });
    expect(told.at(-1)?.outlook(SUSPECT).limitBytes).to.equal(2 ** 30);
  });

  it('calls a suspect a leak before the limit is reached, and also once the limit is raised', async () => {
    const clock = clockUntil(62 * SECOND);
    const began = clock.now();
    const raisedAt = began + 56.5 * SECOND;
    const read = async (at: number): Promise<Reading> => {
      const memory = (64 + (at - began) / SECOND) * 2 ** 20;
      const limitBytes = at < raisedAt ? 134 * 2 ** 20 : 2 ** 36;
      return { ...leakingAt(at), rssBytes: memory, limitBytes };
    };
    const { told, happenings } = await watch(0, { clock, read });
    const heap = told.filter(({ kind }) => kind === undefined);
    const leak = heap.filter(({ state }) => state === 'leak');
    expect(leak[0]?.freshInEpoch).to.be.below(60);
    expect(leak[0]?.reason).to.match(
      /; also at the low bound of what is suspected the limit is reached within a minute, before /,
    );
    expect(leak.at(-1)?.at).to.be.above(raisedAt);
    expect(leak.at(-1)?.reason).to.match(
      /; the limit was to be reached too soon to wait for more$/,
    );
    const turns = happenings.filter(
      ({ kind, reason }) => kind === 'verdict' && reason.startsWith('heap'),
    );
    expect(turns.at(-1)?.reason).to.match(/^heap: (insufficient|suspect) → leak: /);
    const far = (at: number) => read(at).then((reading) => ({ ...reading, limitBytes: 2 ** 36 }));
    const { status } = await watch(62 * SECOND, { read: far });
    expect(status.verdict?.state).to.equal('suspect');
  });

  it('foresees nothing while it is blind', async () => {
    const metrics = createMetrics({ version: 'test' });
    const pages: string[] = [];
    const limit = { ...CONFIG, memoryLimitBytes: 2 ** 30 };
    const read = async (at: number) => {
      if (at > 1_070 * SECOND) throw new Error('connection refused');
      return leakingAt(at);
    };
    const page = async () => void pages.push(new TextDecoder().decode((await metrics.page()).body));
    await watch(90 * SECOND, { config: limit, read, metrics, tell: page });
    await page();
    const figures = /^heapwarden_(?:suspect_growth_bytes_per_hour|limit_reached_seconds)\{/gm;
    expect(pages.at(-2)?.match(figures)).to.have.length(2);
    expect(pages.at(-1)?.match(figures)).to.equal(null);
  });

  it('reads on the beat that all targets share, from wherever in it the loop begins', async () => {
    const askedAt: number[] = [];
    const clock = clockUntil(60 * SECOND);
    await clock.sleep(33, new AbortController().signal);
    const reading = { ...CONFIG.reading, intervalMs: 5 * SECOND };
    await watch(60 * SECOND, {
      config: { ...CONFIG, reading },
      clock,
      read: async (at) => {
        askedAt.push(at);
        return readingOf({ at, bytes: 64 * 2 ** 20 });
      },
    });
    expect(askedAt.length).to.be.above(5);
    expect(askedAt.slice(1).map((at) => at % 100)).to.deep.equal(askedAt.slice(1).map(() => 0));
  });

  it('tells what its story needs: memory is above the trigger, what is captured then, each other verdict', async () => {
    const { happenings, builds } = await watch(60 * SECOND);
    const told = happenings.map(({ kind, reason }) => `${kind}: ${reason}`);
    expect(told[0]).to.match(
      /^reading: heapwarden began to watch, and memory is above the trigger: above 1B \(64MiB\)/,
    );
    expect(told[1]).to.equal('decision: a heap profile is captured every 2s from now on');
    expect(told[2]).to.match(/^verdict: heap: insufficient: only 1 of 24 fresh profiles/);
    expect(told[3]).to.match(/^verdict: heap: insufficient → suspect: floor of /);
    expect(new Set(builds).size).to.equal(1);
    const read = async (at: number) => ({ ...leakingAt(at), revision: '0123456789ab' });
    expect((await watch(4 * SECOND, { read })).builds, 'the readings tell it').to.deep.equal([]);
  });

  it('logs a verdict and what the trigger decides where the state changes, and the rest for who looks closely', async () => {
    const logged: string[] = [];
    const at =
      (level: string) =>
      (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
        void logged.push(
          `${level}: ${message} ${JSON.stringify(fields['state'] ?? fields['mode'])}`,
        );
    const [debug, info, warn, error] = ['debug', 'info', 'warn', 'error'].map(at);
    const log: Log = { debug: debug!, info: info!, warn: warn!, error: error!, with: () => log };
    const { happenings, status } = await watch(60 * SECOND, { log });
    expect(logged.filter((line) => !line.startsWith('debug'))).to.deep.equal([
      'info: trigger changed "triggered"',
      'info: verdict "insufficient"',
      'info: verdict "suspect"',
    ]);
    expect(happenings.filter(({ kind }) => kind === 'verdict')).to.have.length(2);
    const verdicts = logged.filter((line) => line.includes(': verdict '));
    expect(verdicts).to.have.length(status.verdict?.profiles ?? NaN);
    expect(logged).to.include('debug: trigger decided "triggered"');
  });

  it('makes a report of a kind of growth where it concerns somebody, and of the heap in any case', async () => {
    const detection = { minProfiles: 3, confirmProfiles: 30, minGrowthBytes: 2 ** 40 };
    const seen: string[] = [];
    const watchWith = async (concerned: boolean) => {
      const { told } = await watch(40 * SECOND, {
        config: { ...CONFIG, detection },
        read: async (at) => ({ ...leakingAt(at), goroutines: 10 }),
        capture: async () => profiles.at(-1)!,
        concerns: ({ target, scope, state }) => {
          seen.push(`${target} of ${scope}: ${state}`);
          return concerned;
        },
      });
      return new Set(told.map(({ kind = 'heap' }) => kind));
    };
    expect(await watchWith(true)).to.include('goroutine');
    expect([...(await watchWith(false))]).to.deep.equal(['heap']);
    expect(new Set(seen)).to.deep.equal(new Set(['shop of shops: quiet']));
  });

  /** A page that takes its time; `most` is how many were on their way at once. */
  function slowly() {
    const under = { way: 0, most: 0, done: 0 };
    const take = async <T>(what: T): Promise<T> => {
      under.most = Math.max(under.most, ++under.way);
      await setTimeout(2);
      under.way--;
      under.done++;
      return what;
    };
    return { under, take };
  }

  it('shares room for readings and for captures with all other targets', async () => {
    const lanes = new Lanes({
      readings: { answering: 2, failing: 1 },
      captures: { answering: 1, failing: 1 },
    });
    const [pages, heaps] = [slowly(), slowly()];
    const read = (at: number) => pages.take(leakingAt(at));
    const capture = () => heaps.take(profiles[0]!);
    await Promise.all([1, 2, 3, 4].map(() => watch(6 * SECOND, { lanes, read, capture })));
    expect(pages.under).to.deep.equal({ way: 0, most: 2, done: 24 });
    expect(heaps.under).to.deep.equal({ way: 0, most: 1, done: 12 });
  });

  it('lets targets that failed wait for each other alone', async () => {
    const lanes = new Lanes({
      readings: { answering: 1, failing: 1 },
      captures: { answering: 1, failing: 1 },
    });
    let [began, giveUp]: [number, () => void] = [0, () => undefined];
    const answers = new Promise<void>((resolve) => (giveUp = resolve));
    const read = async (): Promise<Reading> => {
      if (began++ > 0) await answers;
      throw new Error('no answer');
    };
    const stuck = watch(6 * SECOND, { lanes, read });
    const others = await Promise.all([1, 2].map(() => watch(6 * SECOND, { lanes })));
    expect(others.map(({ told }) => told.length)).to.deep.equal([3, 3]);
    expect(began).to.equal(2);
    giveUp();
    await stuck;
  });

  it('outlives a bug in a round', async () => {
    let reports = 0;
    await watch(8 * SECOND, {
      tell: async () => {
        reports += 1;
        if (reports === 1) throw new TypeError('a bug');
      },
    });
    expect(reports).to.be.greaterThan(2);
  });

  it('stops, and hands over, where the disk takes no history', async () => {
    const full: Archive = {
      ...memoryArchive(),
      saveHistory: () => Promise.reject(new Error('state: the disk is full')),
    };
    const { left } = await watch(6 * SECOND, { archive: full });
    expect(left.verdict?.freshInEpoch).to.equal(3);
  });

  it('hands what it knew to its successor', async () => {
    const { left } = await watch(6 * SECOND);
    const next = new Watcher(
      {
        config: CONFIG,
        read: async (at) => readingOf({ at, bytes: 64 * 2 ** 20 }),
        capture: async () => profiles[0]!,
        goroutines: () => Promise.resolve(undefined),
        analyst,
        archive: memoryArchive(),
        lanes: new Lanes(),
        concerns: () => true,
        followed: () => [],
        tell: async () => undefined,
        happened: () => undefined,
        unread: () => undefined,
        recall: async () => NOTHING_RECALLED,
        ran: () => undefined,
        keptKinds: { restore: async () => NOTHING_WATCHED, keep: () => undefined },
        metrics: createMetrics({ version: 'test' }),
        clock: clockUntil(SECOND),
        log: createLog('silent'),
      },
      left,
    );
    expect(next.status().verdict?.freshInEpoch).to.equal(3);
    expect(next.status().trigger.mode).to.equal('triggered');
    await next.stop();
  });
});
