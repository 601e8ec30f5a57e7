import { expect } from 'chai';
import { BookKeeper } from '../../src/notify/book-keeper.ts';
import { EMPTY_BOOK, type Book } from '../../src/notify/book.ts';
import { silentLog } from '../web/values.ts';
import { incident, NOW } from './drawn.ts';
import { HeldClock, settle } from './held-clock.ts';

/** A disk that takes a book when it is told to, or refuses it. */
class SlowDisk {
  readonly taken: Book[] = [];
  #waiting: { readonly take: () => void; readonly refuse: () => void }[] = [];

  save(book: Book): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        this.taken.push(book);
        resolve();
      };
      this.#waiting.push({ take, refuse: () => reject(new Error('ENOSPC')) });
    });
  }

  async end(how: 'take' | 'refuse'): Promise<void> {
    for (const each of this.#waiting.splice(0)) each[how]();
    await settle();
  }
}

describe('the keeper of the book', () => {
  let clock: HeldClock;
  let disk: SlowDisk;
  let keeper: BookKeeper;
  const [first, second] = ['one', 'two'].map((id): Book => {
    return { ...EMPTY_BOOK, incidents: [incident({ id })] };
  });

  beforeEach(() => {
    [clock, disk] = [new HeldClock(NOW), new SlowDisk()];
    const save = (book: Book) => disk.save(book);
    keeper = new BookKeeper({ save, clock, log: silentLog, onSaved: () => undefined });
    keeper.start(EMPTY_BOOK);
  });

  afterEach(async () => {
    const closed = keeper.close();
    await settle();
    await disk.end('take');
    await closed;
    expect(clock.sleepers()).to.equal(0);
  });

  /** Whether it has resolved once all has run that can. */
  async function isDone(promise: Promise<unknown>): Promise<boolean> {
    let done = false;
    void promise.then(() => (done = true));
    await settle();
    return done;
  }

  it('calls a book written when the disk has that one, not the one before', async () => {
    keeper.replace(first!, 'now');
    await settle();
    keeper.replace(second!, 'now');
    const written = keeper.written();
    await disk.end('take');
    expect(await isDone(written)).to.equal(false);
    await disk.end('take');
    expect(await isDone(written)).to.equal(true);
    expect(disk.taken).to.deep.equal([first, second]);
  });

  it('lets who waits until it is written wait on where the disk refuses it', async () => {
    keeper.replace(first!, 'now');
    const [tried, written] = [keeper.tried(), keeper.written()];
    await settle();
    await disk.end('refuse');
    expect([await isDone(tried), await isDone(written)]).to.deep.equal([true, false]);
    await clock.advance(5_000);
    await disk.end('take');
    expect(await isDone(written)).to.equal(true);
  });

  it('writes at once what came while the disk took a book again', async () => {
    keeper.replace(first!, 'now');
    await settle();
    await disk.end('refuse');
    await clock.advance(5_000);
    keeper.replace(second!, 'now');
    await disk.end('take');
    await disk.end('take');
    expect(disk.taken).to.deep.equal([first, second]);
  });

  it('puts nothing off by what comes later', async () => {
    keeper.replace(first!, 'soon');
    await clock.advance(20_000);
    keeper.replace(second!, 'soon');
    await clock.advance(10_000);
    await disk.end('take');
    expect(disk.taken).to.deep.equal([second]);
  });

  it('writes at the end what was to be written soon', async () => {
    keeper.replace(first!, 'soon');
    const closed = keeper.close();
    await settle();
    await disk.end('take');
    await closed;
    expect(disk.taken).to.deep.equal([first]);
  });
});
