import { expect } from 'chai';
import { subtract } from '../../src/pprof/difference.ts';
import { peek } from '../../src/pprof/peek.ts';
import type { PeekedCall } from '../../src/pprof/peek.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';

const MIB = 2 ** 20;

function around(profile: Profile | undefined, pattern: string): string[] {
  const called = (sign: string, { function: name, value, inline }: PeekedCall): string =>
    `${sign} ${name} ${value / MIB}${inline ? ' inline' : ''}`;
  return peek(profile!, 'inuse_space', pattern).functions.flatMap((each) => [
    ...each.callers.map((call) => called('from', call)),
    `${each.function} ${each.flat / MIB} ${each.cum / MIB}`,
    ...each.callees.map((call) => called('to', call)),
  ]);
}

describe('peek', () => {
  it('gives who calls a function and what it calls, the largest first, then by name', () => {
    const [profile] = drawProfiles(`
      main;web.Serve;cart.Add             1
      main;web.Serve;cart.Add;cart.grow  30
      main;job.Run;cart.Add;slices.Clone  8
      main;job.Run;cart.Add;log.Print     8
      main;job.Run                        5
    `);
    expect(around(profile, 'cart.Add')).to.eql([
      'from web.Serve 31',
      'from job.Run 16',
      'cart.Add 1 47',
      'to cart.grow 30',
      'to log.Print 8',
      'to slices.Clone 8',
    ]);
  });

  it('counts a call once in a stack, and a function calling itself not at all', () => {
    const [profile] = drawProfiles('main;walk;walk;visit;walk;visit 6');
    expect(around(profile, 'walk')).to.eql([
      'from main 6',
      'from visit 6',
      'walk 0 6',
      'to visit 6',
    ]);
  });

  it('says that a call was inlined where it was so in each stack', () => {
    const [profile] = drawProfiles(`
      main;put+copy   4
      main+put        2
      job;put;copy    1
      job+sum         1
    `);
    expect(around(profile, '^(put|job)$')).to.eql([
      'from main 6',
      'from job 1',
      'put 2 7',
      'to copy 5',
      'job 0 2',
      'to put 1',
      'to sum 1 inline',
    ]);
  });

  it('shows of a difference by how much each call grew or shrank, also by nothing, and no function that did not change', () => {
    const [before, after] = drawProfiles(`
      main;put;a   5 1
      main;put;b   1 4
      main;put     2 3
    `);
    const difference = subtract(after!, before!);
    expect(around(difference, 'put')).to.eql(['from main 0', 'put 1 0', 'to a -4', 'to b 3']);
    expect(around(difference, 'main')).to.eql([]);
    expect(around(difference, '^(a|b)$')).to.eql(['from put -4', 'a -4 -4', 'from put 3', 'b 3 3']);
  });

  it('puts the function that holds most by itself first, among all that the table has', () => {
    const [profile] = drawProfiles('main;a;b 1\nmain;a 9\nmain 3');
    expect(around(profile, '.').filter((line) => !/^(from|to) /.test(line))).to.eql([
      'a 9 10',
      'main 3 13',
      'b 1 1',
    ]);
    const { table } = peek(profile!, 'inuse_space', '^b$');
    expect(table).to.include({ total: 13 * MIB, functionCount: 3 });
  });

  it('takes for a name what matches nothing as an expression', () => {
    const [profile] = drawProfiles('main;cart.(*Cart[...]).grow 1');
    expect(around(profile, 'cart.(*Cart[...]).grow')).to.eql([
      'from main 1',
      'cart.(*Cart[...]).grow 1 1',
    ]);
    expect(around(profile, 'no.such')).to.eql([]);
  });

  it('knows a function with type arguments by the name that an alert has', () => {
    const [profile] = drawProfiles(`
      main;cart.(*Cart[go.shape.int]).grow          1
      main;cart.(*Cart[go.shape.string]).grow       2
      main;cart.(*Cart).keep[go.shape.func(int)_a]  4
      main;cart.Map[go.shape.int]                   8
    `);
    const named = (name: string) =>
      around(profile, name).filter((line) => !line.startsWith('from'));
    expect(named('cart.(*Cart[...]).grow')).to.eql([
      'cart.(*Cart[go.shape.string]).grow 2 2',
      'cart.(*Cart[go.shape.int]).grow 1 1',
    ]);
    expect(named('cart.(*Cart).keep[...]')).to.eql(['cart.(*Cart).keep[go.shape.func(int)_a] 4 4']);
    expect(named('cart.Map[...]')).to.eql(['cart.Map[go.shape.int] 8 8']);
    // As an expression it also is of a dot behind another name.
    const [other] = drawProfiles(
      'main;shop/cart.Map[go.shape.int] 1\n main;webshop/cart.Map.func1 2',
    );
    expect(around(other, 'shop/cart.Map[...]').at(-1)).to.equal('shop/cart.Map[go.shape.int] 1 1');
  });
});
