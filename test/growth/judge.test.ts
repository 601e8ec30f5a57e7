import { expect } from 'chai';
import type { GrowthRules } from '../../src/growth/alarm.ts';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { restoreHistory, saveHistory } from '../../src/growth/saved-history.ts';
import type { Verdict } from '../../src/growth/verdict.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';
import type { Drawing } from '../support/drawn-profiles.ts';

const RULES: GrowthRules = {
  minProfiles: 24,
  confirmProfiles: 48,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};
const MIB = 2 ** 20;
/** Objects that are nearly all sampled. */
const LARGE = { size: MIB };

function judged(drawn: string, rules: Partial<GrowthRules> = {}, drawing: Drawing = {}): Verdict {
  const history = createHistory();
  for (const profile of drawProfiles(drawn, drawing))
    foldProfile(history, profile, { at: profile.timeMs });
  return judge(history, { ...RULES, ...rules });
}

describe('judge', () => {
  it('says how many fresh profiles it lacks', () => {
    const verdict = judged('main.main;shop/cart.Add  1 2 2 3');
    expect(verdict).to.deep.equal({
      state: 'insufficient',
      reason: 'only 3 of 24 fresh profiles (1 came without a GC since the one before)',
      tests: [],
      suspects: [],
      profiles: 4,
      fresh: 3,
      epochs: 1,
      freshInEpoch: 3,
    });
  });

  it('says of the running process alone how many came without a GC', () => {
    let history = createHistory();
    const drawn = [...drawProfiles('main.main;shop/cart.Add  1 1 1 2 2 3 4 4')];
    const reasonAfter = (turns: number): string => {
      for (const profile of drawn.splice(0, turns)) {
        const startedAt = drawn.length < 3 ? 7_200_000 : 3_600_000;
        foldProfile(history, profile, { at: profile.timeMs, startedAt });
        history = restoreHistory(saveHistory(history)) ?? createHistory();
      }
      return judge(history, RULES).reason;
    };
    expect(reasonAfter(5)).to.match(/^only 2 of 24 fresh profiles \(3 came without a GC/);
    expect(reasonAfter(2)).to.equal('only 2 of 24 fresh profiles of the running process');
    expect(reasonAfter(1)).to.equal(
      'only 2 of 24 fresh profiles of the running process (1 came without a GC since the one before)',
    );
  });

  it('says that several processes seem to answer where another one does again and again, as a restart now and then is not', () => {
    const reasonAfter = (startedAt: (turn: number) => number) => {
      let history = createHistory();
      const drawn = drawProfiles('main.main;shop/cart.Add  1..9/9');
      for (const [turn, profile] of drawn.entries()) {
        foldProfile(history, profile, { at: profile.timeMs, startedAt: startedAt(turn) });
        history = restoreHistory(saveHistory(history)) ?? createHistory();
      }
      return judge(history, RULES).reason;
    };
    const HOUR = 3_600_000;
    expect(reasonAfter((turn) => HOUR * (turn % 2))).to.equal(
      'only 1 of 24 fresh profiles of the running process; another process answered at 8 of the last 8 profiles: ' +
        'where several are behind the URL, as with a load balancer, each needs a target of its own; else it restarts this often',
    );
    expect(reasonAfter((turn) => HOUR * Math.floor(turn / 2))).to.match(
      /; another process answered at 4 of the last 8 profiles: /,
    );
    expect(reasonAfter((turn) => HOUR * Math.floor(turn / 4))).to.equal(
      'only 1 of 24 fresh profiles of the running process',
    );
  });

  it('is quiet where nothing grows, and says over how many profiles', () => {
    const verdict = judged('main.main;shop/cart.Add  50*24  ~10');
    expect(verdict.state).to.equal('quiet');
    expect(verdict.reason).to.equal("no function's floor grew by 4MiB over 24 fresh profiles");
  });

  it('is quiet where what grew is within noise, and names nobody', () => {
    const { state, reason, suspects } = judged(`
      main.main;shop/cart.Add    1..6.5/24
      main.main;shop/http.Serve  50*24  ~10
    `);
    expect(state).to.equal('quiet');
    expect(reason).to.match(/^floor of .* grew .*, which is within the noise of sampling and use$/);
    expect(suspects).to.be.empty;
  });

  it('suspects what grows without end, with its rate, its place and what a leak still needs', () => {
    const verdict = judged(`
      main.main;example.com/shop/cart.Add     1..47/24
      main.main;example.com/shop/http.Serve   50*24  ~10
    `);
    expect(verdict.state).to.equal('suspect');
    expect(verdict.reason).to.match(
      /^floor of example.com\/shop\/cart.Add grew .*MiB over 2[23] fresh profiles in 2[12]m \(z .*\), rising in 5 of 5 blocks, not levelling off: 1 times .*; leak needs 48 profiles of a process, 24 to go$/,
    );
    const [suspect] = verdict.suspects;
    expect(suspect).to.deep.include({
      function: 'example.com/shop/cart.Add',
      file: '/src/cart.go',
      line: 1,
      stack: ['example.com/shop/cart.Add', 'main.main'],
      inuseBytes: 47 * MIB,
      survival: 1,
    });
    expect((suspect?.growthBytesPerHour ?? 0) / MIB).to.be.closeTo(120, 0.01);
    expect(suspect?.growthBytesPerHourLow).to.be.within(0, 120 * MIB);
    // The first profile is only where the counting begins: from 3 MiB to the 47 of now.
    expect((suspect?.growthBytes ?? 0) / MIB).to.be.closeTo(44, 0.01);
    expect(verdict.tests.map(({ name, passed }) => [name, passed])).to.deep.equal([
      ['growth', true],
      ['persistence', true],
      ['saturation', true],
      ['traffic', true],
      ['turnover', true],
    ]);
  });

  it('tells by how much it grew where it grows no more, and at what rate it does not', () => {
    const verdict = judged(`
      main.main;example.com/shop/cart.Add     1..47/24 47*32
      main.main;example.com/shop/http.Serve   50*56  ~10
    `);
    expect(verdict.state).to.equal('growing');
    const [suspect] = verdict.suspects;
    expect((suspect?.growthBytes ?? 0) / MIB).to.be.closeTo(44, 0.01);
    expect(suspect?.growthBytesPerHour).to.equal(0);
  });

  it('tells of a growth no more than is there, and what part of what came is', () => {
    const [stopped] = judged(`
      main.main;example.com/shop/cart.Add     1..47/40 47*3
      main.main;example.com/shop/http.Serve   50*43  ~10
    `).suspects;
    expect(stopped?.growthBytesPerHour).to.be.above(60 * MIB);
    expect((stopped?.growthBytes ?? NaN) / MIB).to.be.within(44, 46);
    const [half] = judged(`
      main.main;example.com/shop/cart.Add     1..47/24  ~2
      main.main;example.com/shop/http.Serve   50*24  ~10
    `).suspects;
    expect(half?.survival).to.be.closeTo(0.5, 0.01);
  });

  it('calls no leak what began too late to hold over most of the profiles that confirm', () => {
    const drawn = `
      main.main;example.com/shop/cart.Add     10*200 10..110/60
      main.main;example.com/shop/http.Serve   50*260  ~10
    `;
    const { state, reason } = judged(drawn, { confirmProfiles: 240 });
    expect(state).to.equal('suspect');
    expect(reason).to.match(/; leak needs growth that holds over most of 240 profiles$/);
  });

  it('asks for the longer a time in which everything passes, the older the process is', () => {
    let history = createHistory();
    const states: string[] = [];
    const reasons: string[] = [];
    for (const profile of drawProfiles(`
      main.main;example.com/shop/cart.Add     10*90 10..150/42
      main.main;example.com/shop/http.Serve   50*132  ~10
    `)) {
      foldProfile(history, profile, { at: profile.timeMs });
      const { state, reason } = judge(history, { ...RULES, confirmProfiles: 240 });
      // However often it is looked at.
      expect(judge(history, { ...RULES, confirmProfiles: 240 }).reason).to.equal(reason);
      history = restoreHistory(saveHistory(history)) ?? createHistory();
      states.push(state);
      reasons.push(reason);
    }
    const suspectAt = states.indexOf('suspect');
    const lasting =
      /, but so for only (\d+) fresh profiles running \(needs (?:9|10) at this age\)$/;
    expect(
      reasons.slice(suspectAt - 9, suspectAt).map((reason) => Number(lasting.exec(reason)?.[1])),
    ).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(states.slice(suspectAt))).to.deep.equal(new Set(['suspect']));
  });

  it('calls it a leak once it has held over the profiles that confirm, not one before, and says so last', () => {
    const told = [47, 48].map((profiles) =>
      judged(`main.main;shop/cart.Add  2..${2 * profiles}/${profiles}`),
    );
    expect(told.map(({ state }) => state)).to.deep.equal(['suspect', 'leak']);
    expect(told.map(({ reason }) => reason.split('; ').slice(1))).to.deep.equal([
      ['leak needs 48 profiles of a process, 1 to go'],
      ['a leak, for it held over most of 48 profiles'],
    ]);
  });

  it('judges by real time: profiles first ten minutes apart and then one show a steady leak as steady', () => {
    const history = createHistory();
    let at = 0;
    const minutes = Array.from({ length: 40 }, (_, index) => (at += index < 20 ? 10 : 1));
    const drawn = `main.main;shop/cart.Add ${minutes.map((minute) => 2 + minute).join(' ')}`;
    drawProfiles(drawn).forEach((profile, index) => {
      foldProfile(history, profile, { at: (minutes[index] ?? 0) * 60_000 });
    });
    const { state, suspects } = judge(history, RULES);
    expect(state).to.equal('suspect');
    expect((suspects[0]?.growthBytesPerHour ?? 0) / MIB).to.be.closeTo(60, 0.01);
  });

  const growing: readonly (readonly [string, string, RegExp])[] = [
    [
      'levels off',
      '1..90/6 100..140/5 148..182/6 188 193 197 201 205 208 211',
      /levelling off: 0.4.* times/,
    ],
    ['was higher before', '200*12 50..150/24', /was higher before/],
    ['fell as deep before', '100*5 20*8 20..160/24', /fell by .* before/],
    ['is a small part of what was held', '1000*2 1000..1100/28', /no more than 7% above/],
  ];
  for (const [why, cells, reason] of growing) {
    it(`says that it grows, but suspects nothing that ${why}`, () => {
      const verdict = judged(`main.main;shop/cart.Add ${cells} ~20`, {}, { size: 2 ** 23 });
      expect(verdict.reason).to.match(reason);
      expect(verdict.state).to.equal('growing');
      expect(verdict.suspects).to.have.length(1);
    });
  }

  it('lets a young process grow on for as long as few samples may hide that it levels off', () => {
    const young = judged(`
      main.main;shop/cart.Add    0..6.5/13 7..12.5/13
      main.main;shop/http.Serve  50*26 ~10
    `);
    expect(young.state).to.equal('growing');
    expect(young.reason).to.match(
      /too few samples to say that it does not level off: 0\.\d+ times .*, or 0\.5\d \(needs 0\.6\)/,
    );
  });

  it('asks for an even pace where sampling blurs it little', () => {
    const slowing = '1..101/30 103.6..178/30';
    expect(judged(`main.main;shop/cart.Add  ${slowing}`, {}, LARGE).reason).to.match(
      /levelling off: 0\.7\d times the earlier rate in the later half \(needs 0\.8\d\)/,
    );
    const even = '1..101/30 104.4..201/30';
    expect(judged(`main.main;shop/cart.Add  ${even}`, {}, LARGE).state).to.equal('leak');
  });

  it('suspects no window that looks even where the whole life of the process levels off', () => {
    const late = '61..88/36';
    const filling = judged(`main.main;shop/cart.Add  1..60/12 ${late}`, { confirmProfiles: 240 });
    expect(filling.state).to.equal('growing');
    expect(filling.reason).to.match(
      /but over the 4\d fresh profiles of the process it levels off: 0\.\d\d times/,
    );
    const begun = judged(`main.main;shop/cart.Add  60*12 ${late}`, { confirmProfiles: 240 });
    expect(begun.state).to.equal('suspect');
  });

  it('does not take what grew while no GC ran for a step, without which it would seem to slow down', () => {
    // Seven minutes before the last profiles nobody saw a GC.
    const drawn = 'main.main;shop/cart.Add  1..28/28 36..39/4';
    const history = createHistory();
    for (const [index, profile] of drawProfiles(drawn, LARGE).entries()) {
      const at = profile.timeMs + (index < 28 ? 0 : 7 * 60_000);
      foldProfile(history, { ...profile, timeMs: at }, { at });
    }
    expect(judge(history, RULES).reason).to.match(/, not levelling off: (0\.9\d*|1(\.\d+)?) times/);
  });

  it('is quiet about what came in one step, though it stays', () => {
    const { state } = judged('main.main;shop/cart.Add  20*12 120*16  ~20');
    expect(state).to.equal('quiet');
  });

  const loads: readonly (readonly [string, boolean, RegExp])[] = [
    [
      'the allocations of the process',
      false,
      /, traffic grew 2[^,]* times, which leaves .* unexplained \(needs /,
    ],
    [
      'its own allocations alone',
      true,
      /, what it allocates grew 2[^,]* times, which (leaves|explains)/,
    ],
  ];
  for (const [what, isOwn, reason] of loads) {
    it(`puts down to traffic what grows with ${what}, and says so`, () => {
      const history = createHistory();
      const load = Array.from({ length: 30 }, (_, index) => 1 + index / 15);
      const drawn = `main.main;shop/session.New ${load.map((each) => 60 * each).join(' ')}
        main.main;shop/http.Serve 10*30`;
      let [site, other] = [0, 0];
      drawProfiles(drawn, { size: 2 ** 20 }).forEach((profile, index) => {
        const { alloc_space: allocated } = profile.values;
        site += isOwn ? 1000 * MIB * (load[index] ?? 0) : 0;
        other += 1000 * MIB * (isOwn ? 20 : (load[index] ?? 0));
        allocated[0] = (allocated[0] ?? 0) + site;
        allocated[1] = other;
        foldProfile(history, profile, { at: profile.timeMs });
      });
      const verdict = judge(history, RULES);
      expect(verdict.state).to.equal('growing');
      expect(verdict.reason).to.match(reason);
    });
  }

  it('follows a slice that grows in steps by what it holds when it is copied', () => {
    const { state, tests } = judged(
      `
      main.main;shop/audit.Record 8*5 10*6 13*7 17*8 22*10 28*4
      main.main;shop/http.Serve   3*40 ~10
    `,
      {},
      LARGE,
    );
    expect(state).to.equal('suspect');
    expect(tests[2]).to.deep.include({ name: 'saturation', passed: true });
    expect(tests[1]?.reason).to.match(/steps up that last/);
    expect(tests[4]?.reason, 'nothing was outgrown').to.equal('only 0% of what came went again');
  });

  it('tells what a slice holds, since its first step, more slowly where the next one is overdue', () => {
    const told = (since: number) => {
      const drawn = `
        main.main;shop/audit.Record 8*5 10*6 13*7 17*8 22*${since}
        main.main;shop/http.Serve   3*${26 + since} ~10
      `;
      const [suspect] = judged(drawn, {}, LARGE).suspects;
      if (suspect === undefined) throw new Error('nothing is suspected');
      return suspect;
    };
    const [inTime, overdue] = [told(10), told(16)];
    expect(inTime.since).to.equal(1_700_000_000_000 + 5 * 60_000);
    expect(inTime.growthBytes / MIB).to.be.closeTo(12, 0.01);
    // From 8 to 17 MiB in 21 minutes, the slower half 5 MiB in 13 and the faster 4 in 8; when, is known to one of 21.
    expect(inTime.growthBytesPerHour / MIB).to.be.closeTo((60 * 9) / 21, 0.1);
    expect(inTime.growthBytesPerHourLow / MIB).to.be.closeTo((60 * 5 * 20) / 13 / 21, 0.1);
    expect(inTime.growthBytesPerHourHigh / MIB).to.be.closeTo((60 * 22) / 17 / 2, 0.1);
    // The last five MiB of room take 11.7 minutes to fill at that pace, and 15 have passed.
    expect(overdue.growthBytesPerHour / MIB).to.be.closeTo((60 * 5) / 15, 0.1);
  });

  it('says that a slice levels off whose steps come ever later', () => {
    const { tests } = judged(
      `
      main.main;shop/audit.Record 8*4 10*4 13*4 17*24 22*20
      main.main;shop/http.Serve   3*56 ~10
    `,
      {},
      LARGE,
    );
    expect(tests[2]).to.deep.include({ name: 'saturation', passed: false });
    expect(tests[2]?.reason).to.match(/^levelling off: 0\.2\d times the earlier pace in the later/);
  });

  it('suspects a slice no longer when the next step is long overdue', () => {
    const { state, tests } = judged(
      `
      main.main;shop/audit.Record 8*5 10*6 13*7 17*8 22*30
      main.main;shop/http.Serve   3*56 ~10
    `,
      {},
      LARGE,
    );
    expect(state).to.equal('growing');
    expect(tests[2]?.reason).to.match(/the last step lasts .* times as long as its room does/);
  });

  it('takes for a staircase what makes some garbage beside, but not what is replaced between two steps', () => {
    const stepped = (garbage: number): string => `
      main.main;shop/media.decode 8*5 30 10*5 30 13*6 30 17*7 30 22*9 30 28*4 ~${garbage}
      main.main;shop/http.Serve   3*41 ~200
    `;
    const [beside, replaced] = [10, 50].map((garbage) => judged(stepped(garbage), {}, LARGE));
    expect(beside?.state).to.equal('suspect');
    expect(beside?.tests[1]?.reason).to.match(/steps up that last/);
    expect(replaced?.state).to.equal('growing');
    expect(replaced?.tests[1]?.reason).to.match(/was higher before/);
  });

  it('tells of each function that it is asked for how it grows by itself, whoever is named', () => {
    const history = createHistory();
    const drawn = `
      main.main;shop.route;shop/session.New   2..40/40
      main.main;shop.route;shop/hub.Publish   2..120/40
      main.main;shop/lru.Load                 1..26/24 26*16
      main.main;shop/page.Render              10*40  ~50
    `;
    for (const profile of drawProfiles(drawn))
      foldProfile(history, profile, { at: profile.timeMs });
    const asked = ['shop/session.New', 'shop/lru.Load', 'shop/page.Render', 'shop/gone.Away'];
    const { followed = [], ...verdict } = judge(history, RULES, { follow: asked });
    expect(verdict).to.deep.equal(judge(history, RULES));
    expect(followed.map(({ function: name, state }) => [name, state])).to.deep.equal([
      ['shop/session.New', 'suspect'],
      ['shop/lru.Load', 'growing'],
      ['shop/page.Render', 'quiet'],
    ]);
    expect(followed[0]?.growthBytesPerHourLow).to.be.above(0);
    expect(followed[0]?.stack).to.deep.equal(['shop/session.New', 'shop.route', 'main.main']);
    expect(followed[0]?.reason).to.match(/^floor of shop\/session\.New grew .* not levelling off/);
  });
});
