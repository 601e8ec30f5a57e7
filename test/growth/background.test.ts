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
    expect(reason).to.match(/an earlier process levelled off at 40/);
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
