import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { originOf } from '../../src/growth/origin.ts';
import type { KnownStacks } from '../../src/growth/origin.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';
import { needGo } from '../support/go.ts';

/** The stacks that are held after each of the profiles drawn, counting how often one is gone through. */
function watch(drawn: string, seen: (stacks: KnownStacks, read: () => number) => void): void {
  const history = createHistory();
  let read = 0;
  for (const profile of drawProfiles(drawn)) {
    foldProfile(history, profile, { at: profile.timeMs });
    const stacks = history.epoch?.stacks ?? expect.fail('no epoch');
    const values = stacks.values.bind(stacks);
    const counting = function* () {
      for (const stack of values()) {
        read++;
        yield stack;
      }
    };
    Object.defineProperty(stacks, 'values', { value: counting, configurable: true });
    seen(stacks, () => read);
    Object.defineProperty(stacks, 'values', { value: values, configurable: true });
  }
}

const run = promisify(execFile);

describe('origin', () => {
  it('knows the library by its packages, also of a later Go', () => {
    const origin = originOf(['example.com/shop']);
    for (const name of ['uuid.New', 'uuid.UUID.String', 'simd/archsimd.Load', 'arena.NewArena']) {
      expect(origin(name), name).to.equal('standard');
    }
    expect(origin('github.com/google/uuid.New')).to.equal('third_party');
    expect(origin('arena/game.(*Room).Join')).to.equal('third_party');
    expect(originOf(['arena'])('arena.NewArena')).to.equal('own');
  });

  it('knows every package of the library of the Go that is here', async function () {
    await needGo(this);
    const { stdout } = await run('go', ['list', 'std']);
    const origin = originOf(['example.com/shop']);
    const unknown = stdout
      .trim()
      .split('\n')
      .filter((path) => !['standard', 'runtime'].includes(origin(`${path}.Do`)));
    expect(unknown).to.deep.equal([]);
  });

  it('goes through the stacks for the commonest module only when one came or went', () => {
    const reads: number[] = [];
    watch(
      `
        main.main;ex.com/shop/cart.Add      5*6
        main.main;ex.com/shop/mail.Send     0*3 5*3
      `,
      (stacks, read) => {
        expect(originOf([], stacks)('ex.com/shop/page.Render')).to.equal('own');
        expect(originOf([], stacks)('ex.com/other/page.Render')).to.equal('third_party');
        reads.push(read());
      },
    );
    expect(reads).to.deep.equal([1, 1, 1, 3, 3, 3]);
  });

  it('takes package main for own beside the module, however many stacks run through it', () => {
    watch(
      `
        main.main;main.run;main.every;ex.com/shop/cart.Add      5
        main.main;main.run;main.every;main.main.func2           5
      `,
      (stacks) => {
        expect(originOf([], stacks)('ex.com/shop/cart.Add')).to.equal('own');
        expect(originOf([], stacks)('main.every')).to.equal('own');
      },
    );
  });

  it('tells own code anew where other stacks have come to outnumber the first', () => {
    const origins: string[] = [];
    watch(
      `
        main.main;old.com/shop/cart.Add     5*2
        main.main;new.com/shop/mail.Send    0 5
        main.main;new.com/shop/mail.Read    0 5
      `,
      (stacks) => origins.push(originOf([], stacks)('new.com/shop/page.Render')),
    );
    expect(origins).to.deep.equal(['third_party', 'own']);
  });

  it('tells it anew where stacks that nothing is left of have been forgotten', () => {
    const origins = new Set<string>();
    watch(
      `
        main.main;old.com/shop/cart.Add     5 0*63
        main.main;old.com/shop/cart.Take    5 0*63
        main.main;new.com/shop/mail.Send    10..640/64
      `,
      (stacks) => origins.add(originOf([], stacks)('new.com/shop/page.Render')),
    );
    expect([...origins]).to.deep.equal(['third_party', 'own']);
  });
});
