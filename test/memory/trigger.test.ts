import { expect } from 'chai';
import { parseDuration, parseSize } from '../../src/config/units.ts';
import { captured, observe, paceOf, startTrigger } from '../../src/memory/trigger.ts';
import type { Trigger, TriggerRules } from '../../src/memory/trigger.ts';
import {
  DEFAULT_RULES,
  HOUR,
  MIB,
  MINUTE,
  randomNumbers,
  readingOf,
  SECOND,
} from '../support/readings.ts';

/**
 * Plays the first two columns, time and memory (or `-` for no reading), through the trigger, takes
 * every capture that is asked for, and returns the table with what the trigger said: its mode and
 * what it wants captured. A test holds the two tables equal.
 */
function play(table: string, rules: TriggerRules = DEFAULT_RULES): string {
  let trigger = startTrigger();
  return rowsOf(table)
    .map(([time = '', memory = '']) => {
      const at = parseDuration(time) ?? Number.NaN;
      trigger = step(trigger, { at, memory }, rules);
      return [time, memory, trigger.mode, trigger.decision.capture].join(' ');
    })
    .join('\n');
}

function step(
  trigger: Trigger,
  { at, memory }: { at: number; memory: string },
  rules: TriggerRules,
): Trigger {
  const bytes = parseSize(memory);
  const next =
    bytes === undefined
      ? observe(trigger, { kind: 'no_reading', at, why: 'connection refused' }, rules)
      : observe(trigger, { kind: 'reading', reading: readingOf({ at, bytes }) }, rules);
  return next.decision.capture === 'none' ? next : captured(next, at);
}

function rowsOf(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}

function holds(table: string, rules?: TriggerRules): void {
  const asDrawn = rowsOf(table)
    .map((row) => row.join(' '))
    .join('\n');
  expect(play(table, rules)).to.equal(asDrawn);
}

/** A trigger after readings every 15 s, `memory` telling bytes and GC count at a time. */
function watch(
  forMs: number,
  memory: (at: number) => { bytes: number; gcCount?: number; startedAt?: number },
  { rules = DEFAULT_RULES, from = startTrigger(), begin = 0 } = {},
): Trigger[] {
  const steps: Trigger[] = [];
  let trigger = from;
  for (let at = begin; at <= begin + forMs; at += rules.readingIntervalMs) {
    const reading = readingOf({ at, ...memory(at) });
    trigger = observe(trigger, { kind: 'reading', reading }, rules);
    if (trigger.decision.capture !== 'none') trigger = captured(trigger, at);
    steps.push(trigger);
  }
  return steps;
}

/** Live memory that grows, with as many GCs as a busy service has: one in 10 s. */
function growing(bytesPerHour: number, from = 400 * MIB) {
  return (at: number) => ({
    bytes: from + (bytesPerHour * at) / HOUR,
    gcCount: Math.floor(at / 10_000),
  });
}

const modesOf = (steps: readonly Trigger[]): string[] => [
  ...new Set(steps.map(({ mode }) => mode)),
];
const lastOf = (steps: readonly Trigger[]): Trigger => steps.at(-1)!;

describe('trigger', () => {
  it('captures a baseline at once and then every baseline interval', () => {
    holds(`
      0s      400MiB  normal  baseline
      15s     400MiB  normal  none
      9m45s   400MiB  normal  none
      10m     400MiB  normal  baseline
      10m15s  400MiB  normal  none
      20m     400MiB  normal  baseline
    `);
  });

  it('captures every interval while above the level', () => {
    holds(`
      0s     400MiB   normal     baseline
      15s    1536MiB  triggered  none
      45s    1600MiB  triggered  none
      1m     1600MiB  triggered  triggered
      1m15s  1600MiB  triggered  none
      2m     1600MiB  triggered  triggered
    `);
  });

  it('takes a capture at the nearest reading, not one later because of jitter', () => {
    holds(`
      0s         1600MiB  triggered  triggered
      59.998s    1600MiB  triggered  triggered
      1m45s      1600MiB  triggered  none
      1m59.997s  1600MiB  triggered  triggered
    `);
  });

  it('leaves triggered only after five readings below 90% of the level', () => {
    holds(`
      0s     1600MiB  triggered  triggered
      15s    1400MiB  triggered  none
      30s    1500MiB  triggered  none
      45s    1300MiB  triggered  none
      1m     1300MiB  triggered  triggered
      1m15s  1300MiB  triggered  none
      1m30s  1400MiB  triggered  none
      1m45s  1300MiB  triggered  none
      2m     1300MiB  triggered  triggered
      2m15s  1300MiB  triggered  none
      2m30s  1300MiB  triggered  none
      2m45s  1300MiB  normal     none
    `);
  });

  it('is not triggered by the band between 90% of the level and the level', () => {
    holds(`
      0s   1500MiB  normal  baseline
      15s  1500MiB  normal  none
    `);
  });

  it('is blind after four intervals without a reading, captures nothing then, and sees again', () => {
    holds(`
      0s     1600MiB  triggered  triggered
      15s    -        triggered  none
      45s    -        triggered  none
      1m     -        blind      none
      10m    -        blind      none
      11m    400MiB   normal     baseline
    `);
  });

  it('is blind as soon where the clock is set back meanwhile, and sees again', () => {
    holds(`
      5h      400MiB  normal    baseline
      1h      -       normal    none
      1h45s   -       normal    none
      1h1m    -       blind     none
      1h2m    400MiB  normal    baseline
    `);
    holds(`
      5h      -       starting  none
      1h      -       starting  none
      1h1m    -       blind     none
    `);
  });

  it('is starting until the first reading, and blind where none comes', () => {
    holds(`
      0s   -       starting  none
      45s  -       starting  none
      1m   -       blind     none
      2m   400MiB  normal    baseline
    `);
  });

  /** How far from its announced time each capture of two hours came. */
  function errorsOf(memory: string, rules: TriggerRules): readonly number[] {
    let trigger = step(startTrigger(), { at: 0, memory }, rules);
    const errors: number[] = [];
    for (let at = 15 * SECOND; at < 2 * HOUR; at += 15 * SECOND) {
      const announced = paceOf(trigger, rules)?.nextCaptureAt ?? NaN;
      trigger = step(trigger, { at, memory }, rules);
      if (trigger.lastCaptureAt === at) errors.push(at - announced);
    }
    return errors;
  }

  it('says when the next capture comes, triggered or not, which is the reading nearest to that', () => {
    for (const memory of ['100MiB', '1900MiB'])
      for (const phase of [0, 0.1, 0.7]) {
        const errors = errorsOf(memory, { ...DEFAULT_RULES, phase });
        expect(errors.length).to.be.above(8);
        expect(Math.min(...errors)).to.be.at.least(-4 * SECOND);
        expect(Math.max(...errors)).to.be.at.most(15 * SECOND);
      }
    const paceAt = (memory: string) =>
      paceOf(step(startTrigger(), { at: 0, memory }, DEFAULT_RULES), DEFAULT_RULES);
    expect(paceAt('100MiB')).to.deep.equal({
      nextCaptureAt: 10 * MINUTE,
      captureEveryMs: 10 * MINUTE,
    });
    expect(paceAt('1900MiB')).to.deep.equal({ nextCaptureAt: MINUTE, captureEveryMs: MINUTE });
  });

  it('says of no next capture where there are no readings', () => {
    expect(paceOf(startTrigger(), DEFAULT_RULES)).to.equal(undefined);
    let trigger = step(startTrigger(), { at: 0, memory: '100MiB' }, DEFAULT_RULES);
    trigger = step(trigger, { at: HOUR, memory: '-' }, DEFAULT_RULES);
    expect([trigger.mode, paceOf(trigger, DEFAULT_RULES)]).to.deep.equal(['blind', undefined]);
  });

  it('asks for a capture until it is said to have been tried', () => {
    const rules = DEFAULT_RULES;
    const see = (trigger: Trigger, at: number): Trigger =>
      observe(trigger, { kind: 'reading', reading: readingOf({ at, bytes: 400 * MIB }) }, rules);
    const first = see(startTrigger(), 0);
    const second = see(first, 15_000);
    expect(second.decision.capture).to.equal('baseline');
    expect(see(captured(second, 15_000), 30_000).decision.capture).to.equal('none');
  });

  it('captures although the clock was set back behind the last capture', () => {
    holds(`
      1h      400MiB  normal  baseline
      10m     400MiB  normal  baseline
      10m15s  400MiB  normal  none
    `);
  });

  describe('growth', () => {
    it('is not judged before ten readings and four GCs', () => {
      const steps = watch(3 * MINUTE, growing(HOUR * 1_000));
      expect(steps[8]?.decision.reason).to.contain('growth not judged yet: 9 of 10 readings');
      expect(steps[8]?.mode).to.equal('normal');
      expect(steps[9]?.mode).to.equal('triggered');
      const noGc = watch(30 * MINUTE, (at) => ({ bytes: MIB * (400 + at / 60_000), gcCount: 3 }));
      expect(modesOf(noGc)).to.deep.equal(['normal']);
      expect(lastOf(noGc).decision.reason).to.contain('growth not judged yet: 0 of 4 GCs in 30m');
    });

    it('is judged after ten minutes where GCs are not told', () => {
      const steps = watch(10 * MINUTE, (at) => ({ bytes: growing(100 * MIB)(at).bytes }));
      expect(steps.at(-2)?.decision.reason).to.contain('growth not judged yet: 9m45s of 10m');
      expect(lastOf(steps).mode).to.equal('triggered');
    });

    it('triggers far below the level, with its rate in the reason, and only from the set rate on', () => {
      const over = lastOf(watch(HOUR, growing(70 * MIB)));
      expect(over.mode).to.equal('triggered');
      expect(over.decision.reason).to.equal(
        'below 75% of 2GiB (470MiB); growing 70MiB/h over 15m, over 64MiB/h',
      );
      const under = watch(HOUR, growing(60 * MIB));
      expect(modesOf(under)).to.deep.equal(['normal']);
      expect(lastOf(under).decision.reason).to.contain('growing 60MiB/h over 1h, under 64MiB/h');
    });

    it('alone counts where a share is asked of a limit that nobody knows', () => {
      const rules = { ...DEFAULT_RULES, limitBytes: undefined };
      const flat = lastOf(watch(HOUR, growing(0, 100_000 * MIB), { rules }));
      expect(flat.mode).to.equal('normal');
      expect(flat.decision.reason).to.contain(
        'no memory limit known to take 75% of (97.7GiB in use; set memory_limit or GOMEMLIMIT)',
      );
      expect(lastOf(watch(HOUR, growing(70 * MIB), { rules })).mode).to.equal('triggered');
    });

    it('that began lately is seen within a quarter of an hour although the hour before was flat', () => {
      const begin = 2 * HOUR;
      const rate = 256 * MIB;
      const steps = watch(begin + 15 * MINUTE, (at) => ({
        bytes: 400 * MIB + (Math.max(0, at - begin) * rate) / HOUR,
        gcCount: Math.floor(at / 10_000),
      }));
      const first = steps.findIndex(({ mode }) => mode === 'triggered');
      expect(first * 15 * SECOND).to.be.within(begin, begin + 15 * MINUTE);
    });

    it('of a step, as a cache that is loaded at once, is none', () => {
      const random = randomNumbers(1);
      const steps = watch(2 * HOUR, (at) => ({
        bytes: MIB * ((at < HOUR ? 400 : 900) + 4 * random()),
        gcCount: Math.floor(at / 10_000),
      }));
      expect(modesOf(steps)).to.deep.equal(['normal']);
    });

    it('ends triggered only after it fell below half of the rate and stayed there', () => {
      const rising = watch(HOUR, growing(128 * MIB));
      expect(lastOf(rising).mode).to.equal('triggered');
      const go = { from: lastOf(rising), begin: HOUR + 15 * SECOND };
      const flatBytes = lastOf(rising).recent!.points().at(-1)!.bytes;
      const flat = watch(
        2 * HOUR,
        (at) => ({ bytes: flatBytes, gcCount: Math.floor(at / 10_000) }),
        go,
      );
      expect(modesOf(flat)).to.deep.equal(['triggered', 'normal']);
      const left = flat.findIndex(({ mode }) => mode === 'normal');
      expect(flat.slice(left).every(({ mode }) => mode === 'normal')).to.equal(true);
      expect(flat[left - 1]?.decision.reason).to.contain(
        'still triggered, calm for 4 of 5 readings',
      );
    });

    it('stays triggered between half of the rate and all of it, and ends it also where no limit is known', () => {
      const rules = { ...DEFAULT_RULES, limitBytes: undefined };
      const after = (rate: number) => {
        const from = lastOf(watch(HOUR, growing(128 * MIB), { rules }));
        expect(from.mode).to.equal('triggered');
        const slower = growing(rate, 528 * MIB - rate);
        return modesOf(watch(2 * HOUR, slower, { rules, from, begin: HOUR + 15 * SECOND }));
      };
      expect(after(40 * MIB)).to.deep.equal(['triggered']);
      expect(after(24 * MIB)).to.deep.equal(['triggered', 'normal']);
    });

    it('is not judged by what was read before and after a long silence alone', () => {
      const memory = growing(200 * MIB);
      const from = lastOf(watch(2 * MINUTE, memory));
      const later = watch(2 * MINUTE, memory, { from, begin: 40 * MINUTE });
      expect(modesOf(later)).to.deep.equal(['normal']);
      expect(lastOf(later).decision.reason).to.contain('growth not judged yet: 2 of 8 parts');
    });

    it('is told as shrinking where it shrinks, and as wavering where it is not steady', () => {
      const shrinking = lastOf(watch(HOUR, growing(-30 * MIB)));
      expect(shrinking.decision.reason).to.contain('; shrinking 30MiB/h over 1h');
      const random = randomNumbers(1);
      const wavering = lastOf(
        watch(HOUR, (at) => ({
          bytes: MIB * ((at < HOUR / 2 ? 400 : 900) + 4 * random()),
          gcCount: Math.floor(at / 10_000),
        })),
      );
      expect(wavering.decision.reason).to.match(/; wavering by .*, not growing steadily/);
    });

    for (const [what, restarted] of [
      ['another start time', { startedAt: 2_000_001, gcCount: 10_000 }],
      ['fewer GCs', { startedAt: 1_000_000, gcCount: 3 }],
    ] as const) {
      it(`is forgotten at a restart, seen by ${what}`, () => {
        const memory = (at: number) => ({ ...growing(60 * MIB)(at), startedAt: 1_000_000 });
        const before = lastOf(watch(HOUR, memory));
        const reading = readingOf({ at: HOUR + 15_000, bytes: 20 * MIB, ...restarted });
        const after = observe(before, { kind: 'reading', reading }, DEFAULT_RULES);
        expect(before.recent!.length).to.be.above(200);
        expect(after.recent!.length).to.equal(1);
        expect(after.decision.reason).to.contain('growth not judged yet: 1 of 10 readings');
      });
    }

    it('goes on over a start time that wavers within a second', () => {
      const steps = watch(HOUR, (at) => ({
        ...growing(60 * MIB)(at),
        startedAt: 1_000_000 + ((at / SECOND) % 2 === 0 ? 0 : 900),
      }));
      expect(lastOf(steps).recent!.length).to.be.above(200);
    });

    it('is forgotten where the clock was set back, also while nothing was read', () => {
      const before = lastOf(watch(HOUR, growing(60 * MIB)));
      for (const at of [HOUR, 30 * MINUTE]) {
        const silent = observe(
          before,
          { kind: 'no_reading', at: at - 1, why: 'refused' },
          DEFAULT_RULES,
        );
        for (const trigger of [before, silent]) {
          const reading = readingOf({ at, ...growing(60 * MIB)(HOUR) });
          const after = observe(trigger, { kind: 'reading', reading }, DEFAULT_RULES);
          expect(after.recent!.length).to.equal(1);
        }
      }
    });

    it('is forgotten where another figure of memory comes in, as from another source', () => {
      const before = lastOf(watch(HOUR, growing(60 * MIB)));
      const reading = {
        ...readingOf({ at: HOUR + 15_000, bytes: 900 * MIB, gcCount: 1_000 }),
        rssBytes: undefined,
        sysBytes: 900 * MIB,
      };
      const after = observe(before, { kind: 'reading', reading }, DEFAULT_RULES);
      expect(after.recent!.length).to.equal(1);
    });
  });

  describe('whatever the numbers', () => {
    it('is triggered by the sawtooth of the collector less than once in 100 hours', () => {
      const alarms = Array.from({ length: 25 }, (_, seed) => {
        const steps = watch(4 * HOUR, sawtooth(randomNumbers(seed + 1)));
        return modesOf(steps).includes('triggered') ? 1 : 0;
      });
      expect(alarms.reduce((sum: number, alarm) => sum + alarm, 0)).to.be.at.most(1);
    });

    it('finds a leak of twice the rate under a sawtooth as high as the leak of an hour', () => {
      for (let seed = 1; seed <= 30; seed += 1) {
        const random = randomNumbers(seed);
        const steps = watch(90 * MINUTE, (at) => {
          const { bytes, gcCount } = growing(128 * MIB)(at);
          return { bytes: bytes + 128 * MIB * random(), gcCount };
        });
        expect(modesOf(steps), `seed ${seed}`).to.deep.equal(['normal', 'triggered']);
      }
    });

    it('captures the targets of a fleet at moments of their own, about an interval apart', () => {
      const reading = (at: number) => readingOf({ at, bytes: 10 * MIB, gcCount: at / SECOND });
      const asked = Array.from({ length: 40 }, (_, target) => {
        const rules = { ...DEFAULT_RULES, phase: target / 40 };
        const times: number[] = [];
        let trigger = startTrigger();
        for (let at = 0; at < 2 * HOUR; at += 15 * SECOND) {
          trigger = observe(trigger, { kind: 'reading', reading: reading(at) }, rules);
          if (trigger.decision.capture === 'none') continue;
          times.push(at);
          trigger = captured(trigger, at);
        }
        return times;
      });
      for (const times of asked) {
        const gaps = times.slice(1).map((at, i) => (at - times[i]!) / MINUTE);
        expect(gaps[0]).to.be.within(4.75, 15);
        for (const gap of gaps.slice(1)) expect(gap).to.be.within(9.75, 10.25);
      }
      const last = asked.map((times) => times.at(-1)!);
      const inOneMinute = last.map(
        (at) => last.filter((other) => other >= at && other < at + MINUTE).length,
      );
      expect(Math.max(...inOneMinute)).to.be.at.most(5);
    });

    it('keeps captures an interval apart, its points bounded and in order, and its reasons with figures', () => {
      for (let seed = 1; seed <= 20; seed += 1) {
        const asked = playRandomly(randomNumbers(seed), 1_000);
        const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
        expect(asked.length).to.be.above(5);
        expect(Math.min(...gaps)).to.be.at.least(MINUTE - SECOND / 4);
      }
    });
  });
});

/** A flat live heap of any size under garbage of any height, collected every second to every ten minutes. */
function sawtooth(random: () => number): (at: number) => { bytes: number; gcCount: number } {
  const live = 100 * MIB * (1 + 4 * random());
  const height = random();
  const periodMs = SECOND * 600 ** random();
  let [phase, gcCount, lastAt] = [random(), 0, 0];
  return (at) => {
    phase += ((at - lastAt) / periodMs) * (0.8 + 0.4 * random());
    lastAt = at;
    gcCount += Math.floor(phase);
    phase %= 1;
    return { bytes: live * (1 + height * phase), gcCount };
  };
}

/** Readings of anything, with gaps and restarts; checks each step and returns when captures were taken. */
function playRandomly(random: () => number, steps: number): number[] {
  const rules = { ...DEFAULT_RULES, readingIntervalMs: SECOND };
  const asked: number[] = [];
  let trigger = startTrigger();
  let at = 0;
  for (let i = 0; i < steps; i += 1) {
    at += SECOND * (0.5 + random());
    const gcCount = random() < 0.001 ? 0 : i;
    const reading = readingOf({ at, bytes: 2048 * MIB * random() ** 2, gcCount });
    const none = { kind: 'no_reading', at, why: 'timeout' } as const;
    trigger = observe(trigger, random() < 0.1 ? none : { kind: 'reading', reading }, rules);
    expectSound(trigger);
    if (trigger.decision.capture !== 'none') asked.push(at);
    if (trigger.decision.capture !== 'none') trigger = captured(trigger, at);
  }
  return asked;
}

function expectSound({ mode, recent, decision }: Trigger): void {
  expect(decision.reason).to.match(/\d|no reading yet/);
  expect(decision.reason).not.to.match(/NaN|undefined|Infinity/);
  expect(recent?.length ?? 0).to.be.at.most(240);
  for (let i = 1; i < (recent?.length ?? 0); i++)
    if (recent!.at(i) <= recent!.at(i - 1)) throw new Error(`point ${i} is out of order`);
  if (decision.capture !== 'none') expect(mode).to.be.oneOf(['normal', 'triggered']);
}
