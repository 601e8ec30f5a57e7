import { expect } from 'chai';
import { groupGoroutines } from '../../src/goroutine/group.ts';
import { findPile, grownGroups, pileUpOf } from '../../src/goroutine/pile-up.ts';
import type { GoroutineStack } from '../../src/pprof/decode-goroutines.ts';

/** `12 a;b;c`: twelve goroutines, the outermost function first. */
function stacks(drawn: string): readonly GoroutineStack[] {
  return drawn
    .trim()
    .split('\n')
    .map((line) => {
      const [count = '', path = ''] = line.trim().split(/\s+/);
      const frames = path.split(';').map((name) => ({ function: name, file: 'a.go', line: 7 }));
      return { count: Number(count), frames: frames.toReversed() };
    });
}

const look = (at: number, drawn: string) => ({ at, ...groupGoroutines(stacks(drawn), []) });

describe('groups of goroutines', () => {
  it('are told by where they block, who started them and what they wait for', () => {
    const { total, groups } = groupGoroutines(
      stacks(`
        700 example.com/shop/quote.Cheapest.func1;example.com/shop/quote.ask;runtime.chansend1;runtime.chansend;runtime.gopark
        20  net/http.(*conn).serve;example.com/shop/api.Serve;net.(*conn).Read;internal/poll.(*FD).Read;runtime.netpollblock;runtime.gopark
      `),
      [],
    );
    expect(total).to.equal(720);
    expect(groups[0]).to.deep.include({
      count: 700,
      state: 'chan send',
      blockedIn: { function: 'example.com/shop/quote.ask', file: 'a.go', line: 7 },
      startedBy: { function: 'example.com/shop/quote.Cheapest.func1', file: 'a.go', line: 7 },
      createdIn: 'example.com/shop/quote.Cheapest',
      stack: ['example.com/shop/quote.ask', 'example.com/shop/quote.Cheapest.func1'],
    });
    expect(groups[1]).to.deep.include({ count: 20, state: 'IO wait', createdIn: undefined });
    expect(groups[1]?.blockedIn.function).to.equal('example.com/shop/api.Serve');
  });

  it('say what each waits for', () => {
    const waits = [
      ['runtime.chanrecv1;runtime.chanrecv;runtime.gopark', 'chan receive'],
      ['runtime.selectgo;runtime.gopark', 'select'],
      ['sync.(*Mutex).Lock;internal/sync.(*Mutex).lockSlow;runtime.semacquire1', 'lock'],
      [
        'sync.(*WaitGroup).Wait;sync.runtime_SemacquireWaitGroup;runtime.semacquire1',
        'sync.WaitGroup.Wait',
      ],
      ['sync.(*Cond).Wait;sync.runtime_notifyListWait;runtime.gopark', 'sync.Cond.Wait'],
      ['time.Sleep;runtime.gopark', 'sleep'],
      ['iter.Pull[go.shape.int].func1.1;runtime.coroswitch', 'coroutine'],
      ['main.spin', 'running'],
    ];
    for (const [path, state] of waits) {
      const { groups } = groupGoroutines(stacks(`3 main.start;main.wait;${path}`), []);
      expect(groups.map((group) => group.state)).to.deep.equal([state]);
    }
  });

  it('run what was given to a group to start, and not how that starts it', () => {
    for (const starter of [
      'sync.(*WaitGroup).Go.func1',
      'golang.org/x/sync/errgroup.(*Group).Go.func1',
      'golang.org/x/sync/errgroup.(*Group).TryGo.func1',
      'golang.org/x/sync/errgroup.(*Group).add.func1',
    ]) {
      const { groups } = groupGoroutines(stacks(`9 ${starter};main.All.func2;main.ask`), []);
      expect(groups[0]?.startedBy.function).to.equal('main.All.func2');
      expect(groups[0]?.createdIn).to.equal('main.All');
      expect(groups[0]?.key).to.equal(JSON.stringify(['main.ask', starter, 'running']));
      const [alone] = groupGoroutines(stacks(`9 ${starter};runtime.gopark`), []).groups;
      expect(alone?.startedBy.function).to.equal(starter);
    }
  });

  it('run what started them where several were given to one group, and own groups of that name', () => {
    const starter = 'golang.org/x/sync/errgroup.(*Group).Go.func1';
    const two = stacks(`
      9 ${starter};main.All.func2;main.ask
      5 ${starter};main.Each.func1;main.ask
      3 ${starter};main.All.func2;main.ask
    `);
    const [group] = groupGoroutines(two, []).groups;
    expect(group).to.deep.include({ count: 17, createdIn: starter.replace('.func1', '') });
    expect(group?.startedBy.function).to.equal(starter);
    const own = 'example.com/app.(*Group).Go.func1';
    const [worker] = groupGoroutines(stacks(`9 ${own};net/http.(*Client).Do`), []).groups;
    expect(worker?.startedBy.function).to.equal(own);
  });

  it('of an iterator that nobody stops run what pulls it, and nothing of the runtime', () => {
    const { groups } = groupGoroutines(
      stacks(
        '9 runtime.corostart;iter.Pull[go.shape.int].func1;main.Count.func1;iter.Pull[go.shape.int].func1.1;runtime.coroswitch',
      ),
      [],
    );
    expect(groups[0]).to.deep.include({ state: 'coroutine', createdIn: 'iter.Pull[...]' });
    expect(groups[0]?.blockedIn.function).to.equal('main.Count.func1');
    expect(groups[0]?.startedBy.function).to.equal('iter.Pull[...].func1');
    // As looks saved by earlier versions have it.
    expect(groups[0]?.key).to.contain('"running"');
  });

  it('add up the paths between start and block, and keep the largest of very many', () => {
    const { groups } = groupGoroutines(
      stacks(`
        5 main.start;main.a;main.wait;runtime.selectgo
        6 main.start;main.b;main.wait;runtime.selectgo
      `),
      [],
    );
    expect(groups.map(({ count }) => count)).to.deep.equal([11]);
    const many = Array.from({ length: 500 }, (_, i) => `${i + 1} main.f${i};runtime.gopark`);
    const { total, groups: kept } = groupGoroutines(stacks(many.join('\n')), []);
    expect(total).to.equal(125_250);
    expect(kept).to.have.length(40);
    expect(kept[0]?.count).to.equal(500);
  });
});

describe('the pile', () => {
  const before = look(1, `900 main.pool;runtime.chanrecv\n 10 main.leak;runtime.chansend`);
  const after = look(2, `905 main.pool;runtime.chanrecv\n400 main.leak;runtime.chansend`);
  const nameOf = (found: ReturnType<typeof findPile>) => found?.group.blockedIn.function;

  it('is what grew and not what is largest', () => {
    expect(nameOf(findPile({ first: before, last: after }, undefined))).to.equal('main.leak');
    expect(nameOf(findPile({ first: after, last: after }, undefined))).to.equal('main.pool');
  });

  it('stands beside the other groups that grew, with what they were and are', () => {
    const rows = grownGroups({ first: before, last: after }).map(
      ({ blockedIn, state, was, count }) => [blockedIn.function, state, was, count],
    );
    expect(rows).to.deep.equal([
      ['main.leak', 'chan send', 10, 400],
      ['main.pool', 'chan receive', 900, 905],
    ]);
    expect(grownGroups({ first: after, last: after })).to.deep.equal([]);
  });

  it('is of a connection its reader, which waits for a body to be closed, and not the writer behind it', () => {
    const connections = (count: number) => `
      ${count} net/http.(*persistConn).readLoop;runtime.selectgo;runtime.gopark
      ${count + 1} net/http.(*persistConn).writeLoop;runtime.selectgo;runtime.gopark
    `;
    const looks = { first: look(0, connections(3)), last: look(60_000, connections(400)) };
    expect(findPile(looks, undefined)?.group.blockedIn.function).to.equal(
      'net/http.(*persistConn).readLoop',
    );
  });

  it('is what the runtime proved, where that is a pile', () => {
    const proof = look(3, '390 main.leak;runtime.chansend');
    const found = findPile({ first: after, last: after }, proof);
    expect(found).to.deep.include({ isProven: true });
    expect(nameOf(found)).to.equal('main.leak');
    const few = look(3, '9 main.leak;runtime.chansend');
    expect(findPile({ first: before, last: after }, few)?.isProven).to.equal(false);
  });

  it('is what grows, where what the runtime proved has long come to rest', () => {
    const resting = look(1, '150 main.old;runtime.chanrecv\n 100 main.leak;runtime.chansend');
    const growing = look(2, '150 main.old;runtime.chanrecv\n5000 main.leak;runtime.chansend');
    const proof = look(3, '150 main.old;runtime.chanrecv');
    const found = findPile({ first: resting, last: growing }, proof);
    expect(found).to.deep.include({ isProven: false, grown: 4_900, allGrown: 4_900 });
    expect(nameOf(found)).to.equal('main.leak');
  });

  it('has the part of the growth that it grew by, and not of those that were there before', () => {
    const all = { growth: 1_000, perHour: 500, bytesEach: undefined, total: 10_000 };
    const looks = {
      first: look(1, '9000 main.pool;runtime.chanrecv'),
      last: look(2, '9000 main.pool;runtime.chanrecv\n1000 main.leak;runtime.chansend'),
    };
    const told = (from: typeof looks) => pileUpOf(findPile(from, undefined)!, all);
    expect(told(looks)).to.deep.include({ count: 1_000, grownBy: 1_000, perHour: 500 });
    const [first, last] = [looks.first, looks.first];
    expect(told({ first, last })).to.deep.include({ count: 9_000, grownBy: 900, perHour: 450 });
  });
});
