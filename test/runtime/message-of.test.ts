import { expect } from 'chai';
import { messageOf } from '../../src/runtime/message-of.ts';

describe('messageOf', () => {
  it('is the message alone, and the first one of several attempts', () => {
    const refused = new Error('connect ECONNREFUSED', { cause: new Error('more') });
    expect(messageOf(refused)).to.equal('connect ECONNREFUSED');
    expect(messageOf(new AggregateError([refused]))).to.equal('connect ECONNREFUSED');
    expect(messageOf('odd')).to.equal('odd');
  });

  it('is the name where nothing is said', () => {
    expect(messageOf(new RangeError())).to.equal('RangeError');
    expect(messageOf(new AggregateError([]))).to.equal('AggregateError');
  });
});
