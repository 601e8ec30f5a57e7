import { expect } from 'chai';
import { CELLS } from '../../src/growth/cells.ts';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import type { History } from '../../src/growth/history.ts';
import type { ProfileSummary } from '../../src/growth/verdict.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';
import { simulate } from '../support/heap-simulator.ts';
import type { Site } from '../support/heap-simulator.ts';
import { seededRandom } from '../support/random.ts';
import { batch, steadyCache } from '../support/scenarios.ts';

function fold(
  profiles: readonly Profile[],
  startedAt: (index: number) => number | undefined = () => undefined,
): { readonly history: History; readonly told: readonly ProfileSummary[] } {
  const history = createHistory();
  const told = profiles.map((profile, index) =>
    foldProfile(history, profile, { at: profile.timeMs, startedAt: startedAt(index) }),
  );
  return { history, told };
}

const ROW = 'main.main;shop.Add';

describe('foldProfile', () => {
  it('takes a profile with the same counts as the one before for stale: no GC came between', () => {
    const { history, told } = fold(drawProfiles(`${ROW} 5 5 6 6 6 5`));
    expect(told.map(({ fresh }) => fresh)).to.deep.equal([true, false, true, false, false, true]);
    expect(history).to.include({ profiles: 6, fresh: 3, epochs: 1 });
  });

  it('begins a new epoch where the start time changes by more than two seconds', () => {
    const starts = [1_000, 2_500, 60_000, undefined, 60_500];
    const { history, told } = fold(drawProfiles(`${ROW} 5..9/5`), (index) => starts[index]);
    expect(told.map(({ newEpoch }) => newEpoch)).to.deep.equal([false, false, true, false, false]);
    expect(history.epochs).to.equal(2);
    expect(history.epoch?.fresh).to.equal(3);
  });

  it('knows the start also where it was not told for a while', () => {
    const starts = [1_000, undefined, 60_000];
    const { told } = fold(drawProfiles(`${ROW} 5..7/3`), (index) => starts[index]);
    expect(told.map(({ newEpoch }) => newEpoch)).to.deep.equal([false, false, true]);
  });

  it('begins a new epoch where anything was allocated less often than before, whatever the start time', () => {
    const before = drawProfiles(`${ROW} 50 60\nmain.main;shop.Sub 5 6`);
    const after = drawProfiles(`${ROW} 70\nmain.main;shop.Sub 3`);
    const { told } = fold([...before, ...after]);
    expect(told.map(({ newEpoch }) => newEpoch)).to.deep.equal([false, false, true]);
  });

  it('begins a new epoch with another build, and with another sampling rate', () => {
    const build = { file: '/app/shop', id: 'build-2' };
    const profiles = [
      ...drawProfiles(`${ROW} 5`),
      ...drawProfiles(`${ROW} 6`, { build }),
      ...drawProfiles(`${ROW} 7`, { build, periodBytes: 64 * 1024 }),
    ];
    expect(fold(profiles).told.map(({ newEpoch }) => newEpoch)).to.deep.equal([false, true, true]);
  });

  it('takes no fall from what sampling makes of a level that turns over, and one from what is let go', () => {
    const fallOf = (site: Site): number => {
      const history = createHistory();
      for (const profile of simulate({ sites: [site], profiles: 200, seed: 3 }))
        foldProfile(history, profile, { at: profile.timeMs });
      return history.epoch?.functions.get('shop.Add')?.fallBytes ?? NaN;
    };
    expect(fallOf(steadyCache('shop.Add', 60, 10))).to.equal(0);
    expect(fallOf(batch('shop.Add', 60, 40))).to.be.above(30 * 2 ** 20);
  });

  it('keeps exact floors in at most 96 cells, the newest one profile wide, however many profiles come', () => {
    const random = seededRandom(1);
    const levels = Array.from({ length: 1_500 }, () => 10 + Math.floor(random() * 1_000) / 8);
    const { history } = fold(drawProfiles(`${ROW} ${levels.join(' ')} ~1`));
    const axis = history.epoch?.axis;
    const floor = history.epoch?.functions.get('shop.Add')?.track.floor;
    if (axis === undefined || floor === undefined) throw new Error('nothing remembered');
    expect(axis.count).to.be.at.most(CELLS);
    expect([...axis.profiles.subarray(axis.count - 24, axis.count)]).to.deep.equal(
      Array(24).fill(1),
    );
    let next = 1;
    for (let cell = 0; cell < axis.count; cell++) {
      const width = axis.profiles[cell] ?? 0;
      const lowest = Math.min(...levels.slice(next, next + width)) * 2 ** 20;
      expect(floor[cell]).to.equal(lowest);
      expect(width).to.be.at.most(Math.max(1, (1_500 - next) / 4));
      next += width;
    }
    expect(next).to.equal(1_500);
  });

  it('forgets what was in use for a moment only', () => {
    const rows = Array.from(
      { length: 50 },
      (_, at) => `main.main;f${at}.Once 0*${at} 1 0*${199 - at}`,
    );
    const { history } = fold(drawProfiles([`${ROW} 5*200 ~1`, ...rows].join('\n')));
    expect([...(history.epoch?.functions.keys() ?? [])]).to.deep.equal(['shop.Add', 'main.main']);
    expect(history.epoch?.stacks.size).to.equal(1);
  });
});
