import { expect } from 'chai';
import { gapsIn } from '../../src/picture/gaps.ts';

describe('gaps in what was read', () => {
  it('are before what comes much later than usual', () => {
    expect([...gapsIn([0, 1, 2, 3, 20, 21, 22])]).to.deep.equal([20]);
    expect([...gapsIn([0, 15, 30, 75, 90])]).to.deep.equal([]);
  });

  it('are not where what is older stands wider apart', () => {
    const hours = Array.from({ length: 20 }, (_, hour) => hour * 3_600);
    const halfMinutes = Array.from({ length: 20 }, (_, index) => 20 * 3_600 + index * 30);
    expect([...gapsIn([...hours, ...halfMinutes])]).to.deep.equal([]);
  });

  it('are not in nothing, nor in one step', () => {
    for (const times of [[], [1], [1, 900]]) expect([...gapsIn(times)]).to.deep.equal([]);
  });
});
