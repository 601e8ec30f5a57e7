import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import type { History } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { restoreHistory, saveHistory } from '../../src/growth/saved-history.ts';
import type { Verdict } from '../../src/growth/verdict.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';

const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};
const SITE = 'main.main;shop/avatar.Draw';
/** Small beside the site, and with a part that only an earlier process allocated. */
const OTHERS = 'main.main;shop/http.Serve';

/** A process that levelled off at 40 MiB, and after it one whose site goes as drawn. */
function afterOneThatLevelledOff(
  drawn: `1..${number}/${number}`,
  through = (history: History) => history,
): Verdict {
  const first = drawProfiles(`${SITE} 2..40/20 40*60\n${OTHERS} 30*80 ~5`);
  const length = drawn.split('/')[1];
  const second = drawProfiles(`${SITE} ${drawn}\n${OTHERS} 3*${length} ~1`);
  let history = createHistory();
  first.forEach((profile, index) => foldProfile(history, profile, { at: index * 60_000 }));
  history = through(history);
  second.forEach((profile, index) => foldProfile(history, profile, { at: (100 + index) * 60_000 }));
  return judge(history, RULES);
}

describe('growth after an earlier process', () => {
  it('suspects nothing that an earlier process levelled off at, and says so', () => {
    const { state, reason } = afterOneThatLevelledOff('1..30/30');
    expect(state).to.equal('growing');
    expect(reason).to.match(/an earlier process levelled off at 40.*MiB \(needs 1.3 times that\)/);
  });

  it('still knows it after a restart of the daemon', () => {
    const saved = (history: History) => restoreHistory(saveHistory(history)) ?? createHistory();
    expect(afterOneThatLevelledOff('1..30/30', saved).state).to.equal('growing');
  });

  it('calls it a leak before the profiles that confirm, where it grows on beyond that', () => {
    const { state, reason } = afterOneThatLevelledOff('1..100/64');
    expect(state).to.equal('leak');
    expect(reason).to.match(
      /; a leak, for an earlier process levelled off at 40[^;]*MiB, and it holds 2\.5 times that$/,
    );
  });

  it('waits until a process is as old as those before it were when they slowed down', () => {
    const states = [30, 90].map((profiles) => {
      const history = createHistory();
      const first = drawProfiles(`${SITE} 2..30/50 30..38/50\n${OTHERS} 30*100 ~5`);
      const rising = `2..${profiles}/${profiles}`;
      const second = drawProfiles(`${SITE} ${rising}\n${OTHERS} 3*${profiles} ~1`);
      [...first, ...second].forEach((profile, at) =>
        foldProfile(history, profile, { at: at * 60_000 }),
      );
      const { state, reason } = judge(history, RULES);
      return [state, /earlier processes, which slowed down with age/.test(reason)];
    });
    expect(states).to.deep.equal([
      ['growing', true],
      ['suspect', false],
    ]);
  });
});

describe('growth after earlier processes that grew too', () => {
  const lengthOf = (life: string) => drawProfiles(`${SITE} ${life}`).length;
  /** After processes whose site goes as drawn, a young one that grows evenly. */
  const after = (...lives: readonly string[]): Verdict => {
    const history = createHistory();
    const drawn = [
      ...lives.map((life) => `${SITE} ${life}\n${OTHERS} 30*${lengthOf(life)} ~5`),
      `${SITE} 2..30/30\n${OTHERS} 3*30 ~1`,
    ];
    drawn
      .flatMap((life, number) => drawProfiles(life).map((profile) => ({ profile, number })))
      .forEach(({ profile, number }, at) =>
        foldProfile(history, profile, { at: at * 60_000, startedAt: number * 3_600_000 }),
      );
    return judge(history, RULES);
  };
  const SLOWED = '2..30/50 30..38/50';
  const SLOWER = '2..40/50 40..64/50';

  it('is held against the highest level of them, but against none that was seen for too short a time', () => {
    const full = (mib: number) => `2..${mib}/20 ${mib}*60 ${mib}*20`;
    const { state, reason } = after(full(40), full(12));
    expect(state).to.equal('growing');
    expect(reason).to.match(/an earlier process levelled off at 40.*MiB/);
    expect(after('2..40/8 40*22').state).to.equal('suspect');
  });

  it('is no suspect where each of them slowed down with age, and one where any went on', () => {
    expect(after(SLOWED).state).to.equal('growing');
    expect(after(SLOWER).state).to.equal('suspect');
    expect(after(SLOWED, SLOWER).state).to.equal('suspect');
  });
});

describe('a part of what grows', () => {
  const CREATE = 'main.main;shop/session.Create';
  const judged = (drawn: string): Verdict => {
    const history = createHistory();
    for (const profile of drawProfiles(`${drawn}\n${OTHERS} 30*36 ~50`))
      foldProfile(history, profile, { at: profile.timeMs });
    return judge(history, RULES);
  };

  it('is no suspect by itself where the whole came to a stop', () => {
    const { state, reason, suspects } = judged(`
      ${CREATE}               2..300/28 300*8
      ${CREATE};shop/cart.New 1..18/36`);
    expect(state).to.equal('growing');
    expect(reason).to.match(/^floor of shop\/session.Create grew .*(at a stop|levelling off): /);
    expect(suspects.map((each) => each.function)).to.deep.equal(['shop/session.Create']);
  });

  it('is one with the whole while that goes on', () => {
    const { state, suspects } = judged(`
      ${CREATE}               2..300/36
      ${CREATE};shop/cart.New 1..18/36`);
    expect(state).to.equal('suspect');
    expect(suspects.map((each) => each.function)).to.deep.equal(['shop/session.Create']);
  });

  it('is a suspect where it is the larger part', () => {
    const { state, suspects } = judged(`
      ${CREATE}               2..10/28 10*8
      ${CREATE};shop/cart.New 1..40/36`);
    expect(state).to.equal('suspect');
    expect(suspects.map((each) => each.function)).to.deep.equal(['shop/cart.New']);
  });
});
