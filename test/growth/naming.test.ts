import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import type { Suspect, Verdict } from '../../src/growth/verdict.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';

function judged(drawn: string, ownPackages: readonly string[] = []): Verdict {
  const history = createHistory();
  for (const profile of drawProfiles(drawn)) foldProfile(history, profile, { at: profile.timeMs });
  const rules = { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 4 * 2 ** 20, ownPackages };
  return judge(history, rules);
}

function suspects(drawn: string, ownPackages: readonly string[] = []): readonly Suspect[] {
  return judged(drawn, ownPackages).suspects;
}

function named(drawn: string, ownPackages: readonly string[] = []): readonly string[] {
  return suspects(drawn, ownPackages).map((suspect) => suspect.function);
}

describe('naming', () => {
  it("names the team's own function above the library that allocates for it, and tells both", () => {
    const [suspect] = suspects(`
      net/http.serve;ex.com/shop/api.Login;ex.com/shop/session.Create;bytes.growSlice   2..60/30
      net/http.serve;ex.com/shop/api.Search;ex.com/shop/search.Find                     20*30 ~40
    `);
    expect(suspect?.function).to.equal('ex.com/shop/session.Create');
    expect(suspect?.allocator).to.include({ function: 'bytes.growSlice', file: '/src/bytes.go' });
    expect(suspect?.stack).to.deep.equal([
      'bytes.growSlice',
      'ex.com/shop/session.Create',
      'ex.com/shop/api.Login',
      'net/http.serve',
    ]);
    expect(suspect?.share).to.equal(1);
  });

  it('names the caller for which a shared helper leaks, not the helper that others use in innocence', () => {
    expect(
      named(`
        main.main;ex.com/shop/cart.Add;ex.com/shop/clone.Copy      2..60/30
        main.main;ex.com/shop/mail.Send;ex.com/shop/clone.Copy     10*30  ~50
        main.main;ex.com/shop/page.Render;ex.com/shop/clone.Copy   10*30  ~50
      `),
    ).to.deep.equal(['ex.com/shop/cart.Add']);
  });

  it('names the constructor and not one of the many handlers that call it', () => {
    const handlers = Array.from(
      { length: 12 },
      (_, at) => `main.main;ex.com/shop/h${at}.Serve;ex.com/shop/session.New  1..8/30`,
    );
    const busy = 'main.main;ex.com/shop/page.Render  10*30  ~50';
    expect(named([...handlers, busy].join('\n'))).to.deep.equal(['ex.com/shop/session.New']);
  });

  it('names own code above a foreign package, also where that allocates for nobody else', () => {
    expect(
      named(`
        main.main;ex.com/shop/cart.Add;github.com/acme/lru.(*Cache).Put   2..60/30
        main.main;ex.com/shop/page.Render                                 10*30  ~50
      `),
    ).to.deep.equal(['ex.com/shop/cart.Add']);
  });

  it('takes what the team says is its own, also without a dot in its path', () => {
    const drawn = `
      main.main;platform/cart.Add;ex.com/kit/store.Put     2..60/30
      main.main;ex.com/kit/http.Serve                      10*30  ~50
      main.main;ex.com/kit/log.Write                       10*30  ~5
    `;
    expect(named(drawn, ['platform'])).to.deep.equal(['platform/cart.Add']);
  });

  it('names two leaks, the larger first, with the share of each', () => {
    const told = suspects(`
      main.main;ex.com/shop/a.Add        2..60/30
      main.main;ex.com/shop/b.Add        2..40/30
      main.main;ex.com/shop/page.Render  10*30  ~50
    `);
    expect(told.map((suspect) => suspect.function)).to.deep.equal([
      'ex.com/shop/a.Add',
      'ex.com/shop/b.Add',
    ]);
    expect(told.map(({ share }) => Math.round(share * 10) / 10)).to.deep.equal([0.6, 0.4]);
  });

  const shares = (drawn: string): Readonly<Record<string, number>> =>
    Object.fromEntries(
      suspects(drawn).map(({ function: name, share }) => [name, Math.round(share * 100) / 100]),
    );

  it('tells shares of all growth, also where nothing calls all that grows', () => {
    expect(
      shares(`
        ex.com/shop/a.Run;ex.com/shop/a.Add  2..62/30
        ex.com/shop/b.Run;ex.com/shop/b.Add  2..42/30
      `),
    ).to.deep.equal({ 'ex.com/shop/a.Add': 0.6, 'ex.com/shop/b.Add': 0.4 });
  });

  it('counts with all growth what grows beside those named, beyond its own unrest', () => {
    const beside = ['c', 'd', 'e', 'f'].map((name) => `ex.com/shop/${name}.Fill  2..12/30`);
    expect(
      shares(`
        ex.com/shop/a.Run;ex.com/shop/a.Add  2..62/30
        ex.com/shop/page.Render              20..28/30  ~50
        ${beside.join('\n')}
      `),
    ).to.deep.equal({ 'ex.com/shop/a.Add': 0.6 });
  });

  it('says of the second leak by itself that it is a suspect, and why', () => {
    const [first, second] = suspects(`
      main.main;ex.com/shop/a.Add        2..60/30
      main.main;ex.com/shop/b.Add        2..40/30
      main.main;ex.com/shop/page.Render  10*30  ~50
    `);
    expect(first).not.to.have.any.keys('state', 'reason');
    expect(second?.state).to.equal('suspect');
    expect(second?.reason).to.match(/^floor of ex\.com\/shop\/b\.Add grew .*, not levelling off/);
  });

  it('says of a cache that became full beside a leak that it grew, and is no suspect', () => {
    const told = suspects(`
      main.main;ex.com/shop/a.Add        2..60/40
      main.main;ex.com/shop/cache.Put    1..26/24 26*16
      main.main;ex.com/shop/page.Render  10*40  ~50
    `);
    expect(told.map(({ function: name, state }) => [name, state])).to.deep.equal([
      ['ex.com/shop/a.Add', undefined],
      ['ex.com/shop/cache.Put', 'growing'],
    ]);
    expect(told[1]?.reason).to.match(/^floor of ex\.com\/shop\/cache\.Put grew .*levelling off/);
  });

  describe('where the tests of another function decided than the one that is named', () => {
    /** The callee stands still at times, in which its caller allocates more by itself. */
    const cart = `
      main.main;ex.com/shop/cart.Add;ex.com/shop/cart.New  4..34/10 34*10 34..64/10
      main.main;ex.com/shop/cart.Add                       2*10 2..8/10 8*10
      main.main;ex.com/shop/page.Render                    10*30  ~50`;
    /** The foreign callee grows evenly, and what its caller once held itself hides that. */
    const meter = `
      main.main;ex.com/shop/meter.Observe;github.com/acme/metrics.New  2..60/30
      main.main;ex.com/shop/meter.Observe                              30*5 1*25
      main.main;ex.com/shop/page.Render                                10*30  ~50`;
    /** The library alone grows evenly, on other stacks of the handler. */
    const step = `
      main.main;ex.com/shop/api.Handle;encoding/json.Decode    2..40/30
      main.main;ex.com/shop/api.Handle;ex.com/shop/bulk.Load   2*15 100*15
      main.main;ex.com/shop/page.Render                        10*30  ~50`;
    const others: readonly (readonly [string, string, string, RegExp])[] = [
      [
        'its caller',
        cart,
        'ex.com/shop/cart.New',
        /^floor of ex\.com\/shop\/cart\.Add, a caller of ex\.com\/shop\/cart\.New, grew 49\.\d*MiB over 29 /,
      ],
      [
        'what it calls',
        meter,
        'ex.com/shop/meter.Observe',
        /^floor of github\.com\/acme\/metrics\.New, which ex\.com\/shop\/meter\.Observe calls, grew 48MiB over 29 /,
      ],
      [
        'what shares no stack with it',
        step,
        'ex.com/shop/bulk.Load',
        /^floor of encoding\/json\.Decode, which grows beside ex\.com\/shop\/bulk\.Load, grew 31\.\d*MiB over 29 /,
      ],
    ];
    for (const [which, drawn, name, floor] of others) {
      it(`says so of ${which}, in the reason and with the tests`, () => {
        const { reason, tests, suspects: told } = judged(drawn);
        expect(told.map((suspect) => suspect.function)).to.deep.equal([name]);
        expect(reason).to.match(floor);
        expect(tests[0]?.reason).to.match(floor);
      });
    }

    it('says so of what is named beside a larger one too', () => {
      const [first, second] = suspects(`${cart}\nmain.main;ex.com/shop/a.Add  2..90/30`);
      expect(first?.function).to.equal('ex.com/shop/a.Add');
      expect(second?.function).to.equal('ex.com/shop/cart.New');
      expect(second?.reason).to.match(/^floor of .*cart\.Add, a caller of .*cart\.New, grew 49/);
    });
  });

  it('names a leak that passes every test by itself beside one that is ten times as large', () => {
    expect(
      named(`
        main.main;ex.com/shop/api.Handle;ex.com/shop/a.Add        2..302/30
        main.main;ex.com/shop/api.Handle;ex.com/shop/b.Add        2..32/30
        main.main;ex.com/shop/page.Render                         10*30  ~50
      `),
    ).to.deep.equal(['ex.com/shop/a.Add', 'ex.com/shop/b.Add']);
  });

  it('does not take the unrest of what else a handler calls for a second leak', () => {
    expect(
      named(`
        main.main;ex.com/shop/api.Handle;ex.com/shop/a.Add        2..62/30
        main.main;ex.com/shop/api.Handle;ex.com/shop/page.Render  10..28/30  ~50
        main.main;ex.com/shop/search.Find                         20*30      ~400
      `),
    ).to.deep.equal(['ex.com/shop/a.Add']);
  });

  it('leaves out what holds a steady part of a leaking service', () => {
    expect(
      named(`
        main.main;ex.com/shop/a.Add      2..60/30
        main.main;ex.com/shop/cache.Put  300*30  ~50
      `),
    ).to.deep.equal(['ex.com/shop/a.Add']);
  });

  it('names, of the library, the package that runs where the stack has nothing else', () => {
    expect(
      named(
        'net/http.(*Transport).dialConnFor;net/http.(*Transport).dialConn;bufio.NewWriterSize  2..60/30',
      ),
    ).to.deep.equal(['net/http.(*Transport).dialConn']);
  });

  it('names who calls the library, not what the library calls back on its behalf', () => {
    expect(
      named(`
        main.main;ex.com/shop/rows.First;database/sql.(*DB).conn;ex.com/shop/driver.Open   2..60/30
        main.main;ex.com/shop/search.Find                                                  20*30 ~40
      `),
    ).to.deep.equal(['ex.com/shop/rows.First']);
  });

  it('names the handler and not the middleware around it, though net/http calls both', () => {
    expect(
      named(`
        ex.com/shop/trace.Wrap;net/http.HandlerFunc.ServeHTTP;ex.com/shop/api.Login   2..60/30
        main.main;ex.com/shop/search.Find                                             20*30 ~40
      `),
    ).to.deep.equal(['ex.com/shop/api.Login']);
  });

  it('names where two thirds grow, not the handler that has a further place for the rest', () => {
    expect(
      named(`
        main.main;ex.com/shop/pay.Handle;ex.com/shop/pay.parse  2..42/30  ~10
        main.main;ex.com/shop/pay.Handle;ex.com/shop/pay.body   1..21/30  ~5
        main.main;ex.com/shop/search.Find                       20*30     ~60
      `)[0],
    ).to.equal('ex.com/shop/pay.parse');
  });

  it('names the child in which four fifths grow, not the parent that has the rest too', () => {
    expect(
      named(`
        main.main;ex.com/shop/audit.Handle;ex.com/shop/audit.Record     2..50/30
        main.main;ex.com/shop/audit.Handle;ex.com/shop/audit.describe   1..13/30
        main.main;ex.com/shop/search.Find                               20*30 ~40
      `)[0],
    ).to.equal('ex.com/shop/audit.Record');
  });

  it('names the caller of a helper that leaks for it alone, also where both are quiet in a busy process', () => {
    expect(
      named(`
        main.main;ex.com/shop/session.Create;ex.com/shop/session.newCart   2..60/30
        main.main;ex.com/shop/session.Temp;ex.com/shop/session.newCart     2*30   ~10
        main.main;ex.com/shop/page.Render                                  10*30  ~900
      `),
    ).to.deep.equal(['ex.com/shop/session.Create']);
  });

  describe('where one caller is called for two leaks alone', () => {
    const busy = 'main.main;ex.com/shop/page.Render  10*30  ~900';
    const route = 'main.main;ex.com/shop/front.route';

    it('names these, with the share of each', () => {
      expect(
        shares(`
          ${route};ex.com/shop/front.login;ex.com/shop/session.Create  2..35/30
          ${route};ex.com/shop/hub.Publish;bytes.growSlice             2..29/30
          ${busy}
        `),
      ).to.deep.equal({ 'ex.com/shop/session.Create': 0.55, 'ex.com/shop/hub.Publish': 0.45 });
    });

    it('tells their shares of all growth, also of what grows beside them', () => {
      expect(
        shares(`
          ${route};ex.com/shop/session.Create  2..35/30
          ${route};ex.com/shop/hub.Publish     2..29/30
          main.main;ex.com/shop/jobs.Run       2..62/30
          ${busy}
        `),
      ).to.deep.equal({
        'ex.com/shop/jobs.Run': 0.5,
        'ex.com/shop/session.Create': 0.28,
        'ex.com/shop/hub.Publish': 0.23,
      });
    });

    it('names a third below a fifth, with its share, where it is a suspect by itself', () => {
      const three = (...[first, second, third]: readonly number[]): readonly Suspect[] =>
        suspects(`
          ${route};ex.com/shop/session.Create  2..${first}/30
          ${route};ex.com/shop/hub.Publish     2..${second}/30
          ${route};ex.com/shop/labels.Add      2..${third}/30
          ${busy}
        `);
      for (const mib of [
        [52, 37, 17],
        [62, 27, 17],
        [64, 21, 21],
        [66, 20, 20],
      ]) {
        const told = three(...mib);
        expect(told.map((suspect) => suspect.function)).to.deep.equal([
          'ex.com/shop/session.Create',
          'ex.com/shop/hub.Publish',
          'ex.com/shop/labels.Add',
        ]);
        expect(told.map(({ share }) => Math.round(100 * share))).to.deep.equal(
          mib.map((each) => each - 2),
        );
        expect(told.map(({ state }) => state)).to.deep.equal([undefined, 'suspect', 'suspect']);
      }
    });

    it('counts with all growth a third that is none, and does not name it', () => {
      const thirds = [
        'ex.com/shop/labels.Add    2..17/15 17*15',
        'ex.com/shop/page.Show     10..25/30 ~50',
        'ex.com/shop/front.keep    2..17/30',
        'ex.com/shop/hub.Remember  2..17/30',
      ];
      for (const third of thirds) {
        const told = shares(`
          ${route};ex.com/shop/session.Create  2..47/30
          ${route};ex.com/shop/hub.Publish     2..42/30
          ${route};${third}
          ${busy}
        `);
        const [session, hub] = ['ex.com/shop/session.Create', 'ex.com/shop/hub.Publish'];
        expect(told).to.have.all.keys(session, hub);
        expect(told[session]).to.be.closeTo(0.45, 0.011);
        expect(told[hub]).to.be.closeTo(0.4, 0.011);
      }
    });

    it('does not name a helper of one of them for the smaller part of what it grew by', () => {
      expect(
        named(`
          ${route};ex.com/shop/session.Create                      2..302/30
          ${route};ex.com/shop/session.Create;ex.com/shop/kit.Get  2..82/30
          ${route};ex.com/shop/kit.Get                             2..62/30
          ${route};ex.com/shop/hub.Publish                         2..402/30
          ${busy}
        `),
      ).to.deep.equal(['ex.com/shop/hub.Publish', 'ex.com/shop/session.Create']);
    });

    it('names what grows more elsewhere before a small part', () => {
      expect(
        shares(`
          ${route};ex.com/shop/session.Create  2..52/30
          ${route};ex.com/shop/hub.Publish     2..37/30
          ${route};ex.com/shop/labels.Add      2..17/30
          main.main;ex.com/shop/jobs.Run       2..61/30
          ${busy}
        `),
      ).to.deep.equal({
        'ex.com/shop/session.Create': 0.31,
        'ex.com/shop/jobs.Run': 0.37,
        'ex.com/shop/hub.Publish': 0.22,
      });
    });

    it('leaves a caller as it is where there is no room for all that stand for it', () => {
      const other = 'main.main;ex.com/shop/back.work';
      expect(
        named(`
          ${route};ex.com/shop/session.Create  2..52/30
          ${route};ex.com/shop/hub.Publish     2..52/30
          ${other};ex.com/shop/feed.Store      2..32/30
          ${other};ex.com/shop/geo.Load        2..32/30
          ${busy}
        `),
      ).to.deep.equal([
        'ex.com/shop/session.Create',
        'ex.com/shop/hub.Publish',
        'ex.com/shop/back.work',
      ]);
    });

    it('names the caller, which is own code, and not foreign packages that it calls', () => {
      expect(
        named(`
          ${route};github.com/acme/lru.Put   2..35/30
          ${route};github.com/acme/pool.Get  2..29/30
          ${busy}
        `),
      ).to.deep.equal(['ex.com/shop/front.route']);
    });

    it('names the one first that is what the state says, also where the other grew by more', () => {
      const two = suspects(`
        ${route};ex.com/shop/cache.Fill   2..36/24 36.2..40/6
        ${route};ex.com/shop/hub.Publish  2..29/30
        ${busy}
      `);
      expect(two.map(({ function: name, state }) => [name, state])).to.deep.equal([
        ['ex.com/shop/hub.Publish', undefined],
        ['ex.com/shop/cache.Fill', 'growing'],
      ]);
    });

    it('names three, each where all of its paths meet', () => {
      const paths = Array.from(
        { length: 10 },
        (_, at) => `${route};ex.com/shop/h${at}.Serve;ex.com/shop/session.Create  0.2..3/30`,
      );
      expect(
        named(`
          ${paths.join('\n')}
          ${route};ex.com/shop/hub.Publish   2..24/30
          ${route};ex.com/shop/labels.Add    2..22/30
          ${busy}
        `),
      ).to.deep.equal([
        'ex.com/shop/session.Create',
        'ex.com/shop/hub.Publish',
        'ex.com/shop/labels.Add',
      ]);
    });

    it('names the caller while none of them is as suspect by itself', () => {
      expect(
        named(`
          ${route};ex.com/shop/session.Create  0.5..8/30
          ${route};ex.com/shop/hub.Publish     0.5..8/30
          ${busy}
        `),
      ).to.deep.equal(['ex.com/shop/front.route']);
    });

    it('names one thing in parts as one: of its own package, its own table, of helpers that others call', () => {
      const put = 'main.main;ex.com/shop/cache.Put';
      const ofItsOwn = `
        ${put};ex.com/shop/cache.keyOf     2..29/30
        ${put};ex.com/shop/cache.newEntry  2..35/30
        ${busy}
      `;
      const withTable = `
        ${put}                        2..20/30
        ${put};ex.com/shop/intern.Key  2..20/30
        ${put};ex.com/shop/entry.New   2..26/30
        ${busy}
      `;
      const mostlyKeys = `
        ${put}                         2..21/30
        ${put};ex.com/shop/intern.Key  2..65/30
        ${put};ex.com/shop/entry.New   2..22/30
        ${busy}
      `;
      const byHelpers = `
        ${put};ex.com/shop/intern.Key                           2..29/30
        ${put};ex.com/shop/codec.Encode                         2..35/30
        main.main;ex.com/shop/page.Show;ex.com/shop/codec.Encode  2*30  ~10
        ${busy}
      `;
      for (const drawn of [ofItsOwn, withTable, mostlyKeys, byHelpers])
        expect(named(drawn)).to.deep.equal(['ex.com/shop/cache.Put']);
    });

    it('names it, and not three callers of it or two of what the library calls back for it', () => {
      const handlers = ['a', 'b', 'c'].map(
        (name) => `${route};ex.com/shop/${name}.Serve;ex.com/shop/session.New  1..20/30`,
      );
      expect(named([...handlers, busy].join('\n'))).to.deep.equal(['ex.com/shop/session.New']);
      expect(
        named(`
          ${route};database/sql.(*DB).conn;ex.com/shop/driver.Open  2..29/30
          ${route};database/sql.(*DB).conn;ex.com/shop/trace.Open   2..35/30
          ${busy}
        `),
      ).to.deep.equal(['ex.com/shop/front.route']);
    });
  });
});
