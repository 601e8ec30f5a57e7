import { expect } from 'chai';
import { decodeProfile } from '../../src/pprof/decode.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import { top } from '../../src/pprof/top.ts';
import type { TopSort } from '../../src/pprof/top.ts';
import { writeProfile } from '../support/profile-writer.ts';

/** Each line a stack, root first, `<` before what was inlined into its caller, and its bytes in use. */
function profile(drawn: string): Profile {
  const places: string[][] = [];
  const samples = drawn
    .trim()
    .split('\n')
    .map((line) => {
      const [, stack = '', bytes = ''] = /^\s*(.+?)\s+(-?\d+)$/.exec(line) ?? [];
      const ids = stack.split(';').map((calls) => places.push(calls.split('<').reverse()));
      return { stack: ids.reverse(), values: [0, 0, 0, Number(bytes)] };
    });
  const locations = places.map((lines, i) => ({ id: i + 1, lines: lines.map((f) => `${f}:1`) }));
  return decodeProfile(writeProfile({ samples, locations }));
}

function rows(drawn: string, sort: TopSort = 'flat', count = 0): string[] {
  return top(profile(drawn), { type: 'inuse_space', sort, count }).rows.map(
    ({ function: name, flat, cum, inlined }) => `${name} ${flat} ${cum} ${inlined}`,
  );
}

describe('top', () => {
  it('gives what a function holds itself and with all it calls', () => {
    const drawn = `
      main;cache.Put    100
      main;cache.Get     30
      main                5
    `;
    expect(rows(drawn)).to.eql(['cache.Put 100 100 no', 'cache.Get 30 30 no', 'main 5 135 no']);
  });

  it('counts a recursive function once in a stack', () => {
    expect(rows('main;grow;grow;grow 8')).to.eql(['grow 8 8 no', 'main 0 8 no']);
    expect(rows('main;a;b;a 8')).to.include('a 8 8 no');
  });

  it('counts inlined frames as functions, and says whether all, some or no calls were inlined', () => {
    const drawn = `
      main<put<copy    100
      other;put         10
    `;
    expect(rows(drawn)).to.eql([
      'copy 100 100 wholly',
      'put 10 110 partly',
      'main 0 100 no',
      'other 0 10 no',
    ]);
  });

  it('sorts by size without the sign, then by name, and cuts after sorting', () => {
    const drawn = `
      main;b    -50
      main;a     50
      main;c     60
    `;
    expect(rows(drawn, 'flat', 3)).to.eql(['c 60 60 no', 'a 50 50 no', 'b -50 -50 no']);
    expect(rows(drawn, 'cum', 2)).to.eql(['c 60 60 no', 'main 0 60 no']);
  });

  it('takes the total from all values without their signs, and leaves out what comes to nothing', () => {
    const table = top(profile('main;a 50\nmain;a -50\nmain;b -1'), {
      type: 'inuse_space',
      sort: 'flat',
      count: 1,
    });
    expect(table).to.deep.include({ total: 101, functionCount: 2 });
    expect(table.rows.map((row) => row.function)).to.eql(['b']);
  });

  it('names a location without functions by its binary', () => {
    const unknown = (mapping: number): string[] =>
      top(
        decodeProfile(
          writeProfile({
            samples: [{ stack: [1], values: [0, 0, 0, 5] }],
            locations: [{ id: 1, lines: [], mapping }],
            mapping: { id: 1, start: 0, limit: 0x1000 },
          }),
        ),
        { type: 'inuse_space', sort: 'flat', count: 0 },
      ).rows.map((row) => row.function);
    expect(unknown(1)).to.eql(['[shop]']);
    expect(unknown(0)).to.eql(['<unknown>']);
  });
});
