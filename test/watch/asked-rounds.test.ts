import { expect } from 'chai';
import { AskedRounds } from '../../src/watch/asked-rounds.ts';
import { NOTHING_YET, type Watched } from '../../src/watch/watched.ts';
import { reading } from '../web/values.ts';

const read: Watched = { ...NOTHING_YET, reading: reading({ rssBytes: 64 * 2 ** 20 }) };

describe('rounds that are asked for', () => {
  it('wake the loop, and are answered by what came of the round', async () => {
    const rounds = new AskedRounds();
    const { signal } = rounds;
    const answers = [rounds.ask('read'), rounds.ask('capture')];
    expect(signal.aborted).to.equal(true);
    const asked = rounds.take();
    expect([asked.captures, rounds.signal.aborted]).to.deep.equal([true, false]);
    asked.answer({ ...read, capture: { kind: 'failed', at: 0, message: 'answered 404' } });
    expect(await Promise.all(answers)).to.deep.equal([
      { ok: true, message: 'read 64MiB' },
      { ok: false, problem: 'capture: answered 404' },
    ]);
  });

  it('are asked of the next round while one is under way', async () => {
    const rounds = new AskedRounds();
    const first = rounds.take();
    const answer = rounds.ask('read');
    first.answer(NOTHING_YET);
    expect(rounds.signal.aborted).to.equal(true);
    rounds.take().answer(read);
    expect(await answer).to.deep.equal({ ok: true, message: 'read 64MiB' });
  });

  it('that nobody asked for use up no signal', () => {
    const rounds = new AskedRounds();
    const { signal } = rounds;
    rounds.take();
    expect(rounds.signal).to.equal(signal);
  });

  it('leave nobody without an answer when the loop ends', async () => {
    const rounds = new AskedRounds();
    const before = rounds.ask('read');
    rounds.close();
    rounds.refuseAll();
    for (const answer of [before, rounds.ask('capture')]) {
      expect((await answer).ok).to.equal(false);
    }
  });
});
