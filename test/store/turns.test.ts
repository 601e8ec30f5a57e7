import { expect } from 'chai';
import { Turns } from '../../src/store/turns.ts';

/** A piece of work that ends when it is told to. */
function gate(began: string[], name: string) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const work = () => {
    began.push(name);
    return ended;
  };
  return { work, end };
}

describe('turns', () => {
  it('come one after another under one key, however many ended before, and under others at once', async () => {
    const turns = new Turns();
    const began: string[] = [];
    const [a, b, c, other] = ['a', 'b', 'c', 'other'].map((name) => gate(began, name));
    const first = turns.take('key', a!.work);
    const second = turns.take('key', b!.work);
    const elsewhere = turns.take('elsewhere', other!.work);
    await Promise.resolve();
    expect(began).to.deep.equal(['a', 'other']);
    a!.end();
    await first;
    const third = turns.take('key', c!.work);
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
    expect(began).to.deep.equal(['a', 'other', 'b']);
    b!.end();
    await second;
    for (const each of [c, other]) each!.end();
    await Promise.all([third, elsewhere, turns.idle()]);
    expect(began).to.deep.equal(['a', 'other', 'b', 'c']);
  });

  it('come also after one that failed', async () => {
    const turns = new Turns();
    const failed = turns.take('key', () => Promise.reject(new Error('EIO')));
    const next = turns.take('key', () => Promise.resolve('done'));
    expect(await failed.catch((error: Error) => error.message)).to.equal('EIO');
    expect(await next).to.equal('done');
  });
});
