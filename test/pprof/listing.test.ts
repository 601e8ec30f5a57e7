import { expect } from 'chai';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { list } from '../../src/pprof/listing.ts';
import { writeProfile } from '../support/profile-writer.ts';

const PROFILE = decodeProfile(
  writeProfile({
    samples: [
      { stack: [1, 3], values: [0, 0, 0, 100] },
      { stack: [2, 3], values: [0, 0, 0, 20] },
      { stack: [1, 2, 2, 3], values: [0, 0, 0, 3] },
      { stack: [4], values: [0, 0, 0, 0] },
    ],
    locations: [
      { id: 1, lines: ['cart.(*Cart[...]).grow:7', 'cart.Add:20'] },
      { id: 2, lines: ['cart.Add:21'] },
      { id: 3, lines: ['main.main:3'] },
      { id: 4, lines: ['cart.Empty:9'] },
    ],
  }),
);

function listed(pattern: string): string[] {
  return list(PROFILE, 'inuse_space', pattern).routines.flatMap((routine) => [
    `${routine.function} ${routine.flat} ${routine.cum}`,
    ...routine.lines.map(({ line, flat, cum }) => `${line}: ${flat} ${cum}`),
  ]);
}

describe('list', () => {
  it('gives what each line holds itself and with all it calls, inlined calls too', () => {
    expect(listed('cart.Add')).to.eql(['cart.Add 20 126', '20: 0 103', '21: 20 23']);
    expect(list(PROFILE, 'inuse_space', 'main')).to.include({ total: 123 });
  });

  it('matches a regular expression anywhere in the name, in any case after (?i)', () => {
    expect(listed('^main\\.').at(0)).to.equal('main.main 0 123');
    expect(listed('rt.A').at(0)).to.equal('cart.Add 20 126');
    expect(listed('(?i)ADD$').at(0)).to.equal('cart.Add 20 126');
  });

  it('takes for a name what matches nothing as an expression, or is none', () => {
    expect(listed('cart.(*Cart[...]).grow')).to.eql([
      'cart.(*Cart[...]).grow 103 103',
      '7: 103 103',
    ]);
    expect(listed('cart.(*Cart[')).to.eql([]);
  });

  it('lists no function whose samples are all empty', () => {
    expect(listed('cart.Empty')).to.eql([]);
  });
});
