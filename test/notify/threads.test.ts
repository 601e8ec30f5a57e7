import { expect } from 'chai';
import { EMPTY_BOOK } from '../../src/notify/book.ts';
import { threadOf, withThread } from '../../src/notify/threads.ts';
import { incident, notification } from './drawn.ts';

describe('the thread of an incident', () => {
  it('is that of its first message, and none is kept of an incident that was forgotten', () => {
    const book = { ...EMPTY_BOOK, incidents: [incident()] };
    const begun = withThread(book, notification(), 't1');
    expect(threadOf(withThread(begun, notification(), 't2'), notification())).to.equal('t1');
    expect(withThread(EMPTY_BOOK, notification(), 't1')).to.equal(EMPTY_BOOK);
  });
});
