import { expect } from 'chai';
import { subtract } from '../../src/pprof/difference.ts';
import { neighboursOf } from '../../src/picture/neighbours.ts';
import { drawProfile } from '../web/profiles.ts';

describe('neighboursOf', () => {
  it('tells who calls a function and whom it calls, the most first', () => {
    const profile = drawProfile(`
      main;login;put;grow  10
      main;buy;put;grow    30
      main;buy;put          5
      main;buy            100`);
    expect(neighboursOf(profile, 'inuse_space', 'put')).to.deep.equal({
      flat: 5,
      cum: 45,
      callers: [
        { function: 'buy', value: 35 },
        { function: 'login', value: 10 },
      ],
      callees: [{ function: 'grow', value: 40 }],
    });
  });

  it('counts a call once where a stack has it several times', () => {
    const profile = drawProfile('main;walk;walk;walk;walk 8');
    expect(neighboursOf(profile, 'inuse_space', 'walk')).to.deep.equal({
      flat: 8,
      cum: 8,
      callers: [
        { function: 'main', value: 8 },
        { function: 'walk', value: 8 },
      ],
      callees: [{ function: 'walk', value: 8 }],
    });
  });

  it('tells of a difference what grew and what shrank', () => {
    const grown = subtract(drawProfile('a;f 5\nb;f 90'), drawProfile('a;f 45\nb;f 10'));
    expect(neighboursOf(grown, 'inuse_space', 'f')?.callers).to.deep.equal([
      { function: 'b', value: 80 },
      { function: 'a', value: -40 },
    ]);
  });

  it('knows no function that is in no stack', () => {
    expect(neighboursOf(drawProfile('main 1'), 'inuse_space', 'f')).to.equal(undefined);
  });
});
