import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { reviveDead, type Book } from '../../src/notify/book.ts';
import type { Answer, Channel, Notification } from '../../src/notify/notification.ts';
import { createTeller, type Teller } from '../../src/notify/teller.ts';
import type { Log } from '../../src/runtime/log.ts';
import { HOUR, incident, MINUTE, NOW, receiver, route } from './drawn.ts';
import { HeldClock, settle } from './held-clock.ts';

const SENT: Answer = { kind: 'sent', detail: 'ok' };

/** A channel that answers as it is told to, and remembers what it was sent. */
class ScriptedChannel implements Channel {
  readonly sendResolved = true;
  readonly sent: Notification[] = [];
  readonly answers: (Answer | Promise<Answer> | 'hang')[] = [];
  isClosed = false;

  async send(notification: Notification, signal: AbortSignal): Promise<Answer> {
    this.sent.push(notification);
    const answer = this.answers.shift() ?? SENT;
    if (answer !== 'hang') return answer;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ kind: 'retry', reason: 'aborted' }));
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  causes(): string[] {
    return this.sent.map(({ incident: { id }, cause }) => `${id} ${cause}`);
  }
}

/** A disk that keeps JSON, and can be full. */
class Disk {
  saved: string | undefined;
  isFull = false;
  writes = 0;

  async load(): Promise<unknown> {
    return this.saved === undefined ? undefined : JSON.parse(this.saved);
  }

  async save(book: Book): Promise<void> {
    this.writes += 1;
    if (this.isFull) throw new Error('ENOSPC: no space left on device');
    this.saved = JSON.stringify(book);
  }
}

const LANE = 'oncall/webhook_configs[0]';
const OTHER = 'oncall/webhook_configs[1]';

class World {
  readonly clock = new HeldClock(NOW);
  readonly disk = new Disk();
  readonly lines: string[] = [];
  readonly outcomes: string[] = [];
  readonly channel = new ScriptedChannel();
  readonly other = new ScriptedChannel();
  readonly rules = {
    route: route({ groupWaitMs: 0 }),
    receivers: [receiver('oncall', true, true)],
  };
  readonly channels = new Map([
    [LANE, this.channel],
    [OTHER, this.other],
  ]);

  async teller(): Promise<Teller> {
    const teller = createTeller({
      persistence: this.disk,
      channels: this.channels,
      rules: this.rules,
      clock: this.clock,
      log: this.#log(),
      onOutcome: (name, channel, outcome) => this.outcomes.push(`${name}/${channel} ${outcome}`),
    });
    await teller.start();
    return teller;
  }

  #log(): Log {
    const line = (message: string) => void this.lines.push(message);
    const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
    return log;
  }
}

/** A step that adds an incident or puts one in the place of the same id. */
function put(next: Incident) {
  return (incidents: readonly Incident[]) => {
    const before = incidents.find(({ id }) => id === next.id);
    const events = before?.events ?? next.events;
    const others = incidents.filter(({ id }) => id !== next.id);
    return { incidents: [...others, { ...next, events }], changes: ['changed'] };
  };
}

describe('Teller', () => {
  let world: World;
  let teller: Teller;

  beforeEach(async () => {
    world = new World();
    teller = await world.teller();
  });

  afterEach(async () => {
    await teller.close(0);
    expect(world.clock.sleepers(), 'waits that outlive close()').to.equal(0);
    expect(world.channel.isClosed && world.other.isClosed, 'channels closed').to.equal(true);
  });

  it('gives back the changes once they are on disk with what they owe, and then delivers', async () => {
    world.channel.answers.push('hang');
    world.other.answers.push('hang');
    expect(await teller.report(put(incident()))).to.deep.equal(['changed']);
    expect(JSON.parse(world.disk.saved!).pending).to.have.length(2);
    await settle();
    expect(world.channel.causes()).to.deep.equal(['one opened']);
    expect(teller.incidents()[0]!.events.at(-1)!.kind).to.equal('told');
  });

  it('neither writes nor plans where a step changes nothing', async () => {
    await teller.report((incidents) => ({ incidents, changes: [] }));
    await settle();
    expect(world.disk.writes).to.equal(0);
  });

  it('writes new figures of a known incident within half a minute, and not each time', async () => {
    await teller.report(put(incident()));
    await settle();
    const { writes } = world.disk;
    for (let i = 0; i < 10; i += 1) {
      await teller.report((incidents) => ({
        incidents: incidents.map((each) => ({ ...each, updatedAt: NOW + i })),
        changes: [],
      }));
    }
    await settle();
    expect(world.disk.writes).to.equal(writes);
    await world.clock.advance(30_000);
    expect(world.disk.writes).to.equal(writes + 1);
    expect(JSON.parse(world.disk.saved!).incidents[0].updatedAt).to.equal(NOW + 9);
  });

  it('leaves everything as it was where a step throws', async () => {
    const failure = teller.report(() => {
      throw new Error('defect');
    });
    const message = await failure.catch((error: Error) => error.message);
    expect(message).to.equal('defect');
    expect(teller.incidents()).to.deep.equal([]);
  });

  it('tries again with back-off and the same key until it is taken', async () => {
    world.channel.answers.push({ kind: 'retry', reason: '503' }, { kind: 'retry', reason: '503' });
    await teller.report(put(incident()));
    await settle();
    expect(world.channel.sent).to.have.length(1);
    expect(teller.outbox().pending[0]).to.deep.include({ attempts: 1, lastAnswer: '503' });
    await world.clock.advance(1_000);
    expect(world.channel.sent).to.have.length(2);
    await world.clock.advance(999);
    expect(world.channel.sent, 'not before half of 2s, nor always then').to.have.length.within(
      2,
      3,
    );
    await world.clock.advance(1_001);
    expect(world.channel.sent).to.have.length(3);
    expect(new Set(world.channel.sent.map(({ id }) => id)).size).to.equal(1);
    expect(teller.outbox().pending).to.deep.equal([]);
    expect(world.outcomes.filter((each) => each.startsWith(LANE))).to.deep.equal([
      `${LANE} retry`,
      `${LANE} retry`,
      `${LANE} sent`,
    ]);
  });

  it('keeps a lane still for as long as Retry-After says, and no other', async () => {
    world.channel.answers.push({ kind: 'retry', reason: '429', afterMs: 60_000 });
    await teller.report(put(incident()));
    await settle();
    await teller.report(put(incident({ id: 'two' })));
    await world.clock.advance(59_999);
    expect(world.channel.causes()).to.deep.equal(['one opened']);
    expect(world.other.causes()).to.deep.equal(['one opened', 'two opened']);
    await world.clock.advance(1);
    expect(world.channel.causes().toSorted()).to.deep.equal([
      'one opened',
      'one opened',
      'two opened',
    ]);
  });

  it('lets a channel that hangs delay no other, and no other incident wait for a failing one', async () => {
    world.channel.answers.push('hang');
    world.other.answers.push({ kind: 'retry', reason: 'no' });
    await teller.report(put(incident()));
    await teller.report(put(incident({ id: 'two' })));
    await world.clock.advance(1_000);
    expect(world.channel.causes()).to.deep.equal(['one opened']);
    expect(world.other.causes()).to.include('two opened');
  });

  it('keeps the order of what it says of one incident', async () => {
    world.channel.answers.push(...Array<Answer>(3).fill({ kind: 'retry', reason: 'no' }));
    await teller.report(put(incident()));
    await settle();
    await teller.report(put(incident({ state: 'leak' })));
    await teller.report(put(incident({ state: 'resolved', resolvedAt: NOW })));
    for (let i = 0; i < 30; i += 1) await world.clock.advance(1_000);
    expect([...new Set(world.channel.causes())]).to.deep.equal([
      'one opened',
      'one escalated',
      'one resolved',
    ]);
    expect(world.channel.causes().slice(0, 4)).to.deep.equal(Array(4).fill('one opened'));
  });

  it('makes a dead letter of what is refused, with the reason on the incident', async () => {
    world.channel.answers.push({ kind: 'refused', reason: 'HTTP 404' });
    await teller.report(put(incident()));
    await settle();
    expect(teller.outbox().pending).to.deep.equal([]);
    expect(teller.outbox().dead.map(({ lastAnswer }) => lastAnswer)).to.deep.equal([
      'refused: HTTP 404',
    ]);
    expect(teller.outbox().dead[0]).to.include({ attempts: 1, triedAt: NOW });
    const story = teller.incidents()[0]!.events.map(({ kind, reason }) => `${kind} ${reason}`);
    expect(story).to.include(`not_told ${LANE}: opened: refused: HTTP 404`);
    expect(story).to.include(`sent ${OTHER}: opened: ok`);
    expect(world.outcomes).to.include(`${LANE} refused`);
  });

  it('sends a dead letter again under its key, before what is owed of the same incident', async () => {
    world.channel.answers.push({ kind: 'refused', reason: 'HTTP 404' }, 'hang');
    await teller.report(put(incident()));
    await settle();
    const [dead] = teller.outbox().dead;
    await teller.report(put(incident({ state: 'leak' })));
    await settle();
    expect(world.channel.causes()).to.deep.equal(['one opened', 'one escalated']);
    await teller.amend((book) => reviveDead(book, dead!.id, NOW));
    expect(teller.outbox().dead).to.deep.equal([]);
    const owed = teller.outbox().pending.filter(({ channel }) => channel === dead!.channel);
    expect(owed.map(({ id, cause }) => [id === dead!.id, cause])).to.deep.equal([
      [true, 'opened'],
      [false, 'escalated'],
    ]);
  });

  it('takes a defect in a channel for an attempt that failed', async () => {
    world.channel.answers.push(Promise.reject(new TypeError('a bug')));
    await teller.report(put(incident()));
    await settle();
    expect(teller.outbox().pending[0]).to.deep.include({
      attempts: 1,
      lastAnswer: 'defect in the channel: TypeError: a bug',
    });
    await world.clock.advance(1_000);
    expect(world.channel.causes()).to.deep.equal(['one opened', 'one opened']);
  });

  it('keeps what happened where a defect keeps it from planning what to say', async () => {
    const broken = {
      ...world.rules,
      get route(): never {
        throw new TypeError('a bug');
      },
    };
    await teller.reconfigure(broken, world.channels);
    expect(await teller.report(put(incident()))).to.deep.equal(['changed']);
    expect(teller.incidents()).to.have.length(1);
    expect(world.lines).to.include('notifications cannot be planned');
    await teller.reconfigure(world.rules, world.channels);
    await settle();
    expect(world.channel.causes()).to.deep.equal(['one opened']);
  });

  it('closes the channels that it is given after its end', async () => {
    await teller.close(0);
    const fresh = new ScriptedChannel();
    await teller.reconfigure(world.rules, new Map([[LANE, fresh]]));
    expect(fresh.isClosed).to.equal(true);
  });

  it('tries a dead letter that is sent again for as long as any other', async () => {
    world.channel.answers.push({ kind: 'refused', reason: 'HTTP 404' });
    await teller.report(put(incident()));
    await settle();
    await world.clock.advance(4 * 24 * HOUR);
    const [dead] = teller.outbox().dead;
    world.channel.answers.push({ kind: 'retry', reason: 'HTTP 503' });
    await teller.amend((book) => reviveDead(book, dead!.id, world.clock.now()));
    await settle();
    expect(teller.outbox().dead).to.deep.equal([]);
    expect(teller.outbox().pending[0]).to.deep.include({ id: dead!.id, attempts: 1 });
  });

  it('waits no longer than the longest back-off where the clock is set back', async () => {
    world.channel.answers.push(...Array<Answer>(8).fill({ kind: 'retry', reason: 'HTTP 500' }));
    await teller.report(put(incident()));
    await settle();
    while (world.channel.sent.length < 8) await world.clock.advance(MINUTE);
    world.clock.setBack(3 * HOUR);
    await world.clock.advance(5 * MINUTE);
    expect(world.channel.sent).to.have.length(9);
    expect(teller.outbox().pending).to.deep.equal([]);
  });

  it('has found the clock set back after a restart too, and lets no other incident go first', async () => {
    world.channel.answers.push({ kind: 'retry', reason: 'HTTP 500' });
    await teller.report(put(incident()));
    await settle();
    await teller.close(0);
    world.clock.setBack(30 * MINUTE);
    world.channel.answers.push('hang');
    teller = await world.teller();
    await teller.report(put(incident({ id: 'two', openedAt: world.clock.now() })));
    await settle();
    expect(world.channel.causes()).to.deep.equal(['one opened', 'one opened']);
  });

  it('still rests for Retry-After, and after the clock was set back for no longer than that', async () => {
    world.channel.answers.push({ kind: 'retry', reason: '429', afterMs: HOUR });
    await teller.report(put(incident()));
    await settle();
    await world.clock.advance(10 * MINUTE);
    world.clock.setBack(5 * MINUTE);
    await world.clock.advance(49 * MINUTE);
    expect(world.channel.sent).to.have.length(1);
    world.clock.setBack(3 * HOUR);
    await world.clock.advance(HOUR);
    expect(world.channel.sent).to.have.length(2);
  });

  it('plans and writes in time also where the clock is set back meanwhile', async () => {
    const rules = { route: route(), receivers: [receiver('oncall', true, true)] };
    await teller.reconfigure(rules, world.channels);
    await teller.report(put(incident()));
    world.clock.setBack(5 * HOUR);
    await world.clock.advance(30_000);
    expect(world.channel.causes()).to.deep.equal(['one opened']);
    world.disk.isFull = true;
    await teller.report(put(incident({ id: 'two', state: 'leak', openedAt: NOW - 9 * HOUR })));
    world.clock.setBack(HOUR);
    world.disk.isFull = false;
    await world.clock.advance(5_000);
    expect(teller.trouble()).to.equal(undefined);
    expect(JSON.parse(world.disk.saved!).incidents).to.have.length(2);
  });

  it('repeats in time what was told by a clock that was a year ahead, also after a restart', async () => {
    await teller.report(put(incident()));
    await settle();
    world.clock.setBack(365 * 24 * HOUR);
    await world.clock.advance(HOUR);
    expect(world.channel.causes()).to.deep.equal(['one opened', 'one repeated']);
    await teller.close(0);
    world.clock.setBack(365 * 24 * HOUR);
    teller = await world.teller();
    await settle();
    expect(world.channel.causes()).to.have.length(3);
    await world.clock.advance(4 * HOUR);
    expect(world.channel.causes()).to.have.length(4);
  });

  it('gives up after three days, and not before', async () => {
    const never = Array<Answer>(2_000).fill({ kind: 'retry', reason: 'down' });
    world.channel.answers.push(...never);
    await teller.report(put(incident()));
    await settle();
    await world.clock.advance(71 * HOUR);
    expect(teller.outbox().dead).to.deep.equal([]);
    await world.clock.advance(HOUR + MINUTE);
    expect(teller.outbox().dead.map(({ lastAnswer }) => lastAnswer)).to.deep.equal([
      'given up after 3d: down',
    ]);
  });

  it('sends nothing that the disk has not taken, says so once, and goes on when it has', async () => {
    world.disk.isFull = true;
    expect(await teller.report(put(incident()))).to.deep.equal(['changed']);
    expect(await teller.report(put(incident({ id: 'two' })))).to.deep.equal(['changed']);
    await world.clock.advance(5_000);
    await world.clock.advance(5_000);
    expect(world.channel.sent).to.deep.equal([]);
    expect(teller.incidents()).to.have.length(2);
    expect(world.lines).to.deep.equal([
      'incidents cannot be saved; nothing is sent until they are',
    ]);
    world.disk.isFull = false;
    await world.clock.advance(5_000);
    expect(world.channel.causes()).to.deep.equal(['one opened', 'two opened']);
    expect(world.lines).to.include('incidents are saved again');
  });

  it('sends nothing unsaved either when it is awake for something older', async () => {
    world.channel.answers.push({ kind: 'retry', reason: '503' });
    await teller.report(put(incident()));
    await settle();
    world.disk.isFull = true;
    await teller.report(put(incident({ id: 'two' })));
    await world.clock.advance(1_000);
    expect(world.channel.causes()).to.deep.equal(['one opened', 'one opened']);
  });

  it('does not send a second time what was taken while the disk was full', async () => {
    let take: (answer: Answer) => void = () => undefined;
    world.channel.answers.push(
      new Promise((resolve) => {
        take = resolve;
      }),
    );
    await teller.report(put(incident()));
    await settle();
    world.disk.isFull = true;
    take(SENT);
    await settle();
    await world.clock.advance(5_000);
    expect(JSON.parse(world.disk.saved!).pending, 'the disk does not know').to.have.length(1);
    expect(teller.outbox().pending).to.deep.equal([]);
    world.disk.isFull = false;
    await world.clock.advance(5_000);
    expect(JSON.parse(world.disk.saved!).pending).to.deep.equal([]);
    expect(world.channel.causes()).to.deep.equal(['one opened']);
  });

  it('goes on after a restart with what is owed, under the same keys', async () => {
    world.channel.answers.push({ kind: 'retry', reason: '503' });
    await teller.report(put(incident()));
    await settle();
    const [first] = world.channel.sent;
    await teller.close(0);
    teller = await world.teller();
    await world.clock.advance(1_000);
    expect(world.channel.sent.map(({ id }) => id)).to.deep.equal([first!.id, first!.id]);
    expect(world.other.sent).to.have.length(1);
    expect(teller.incidents().map(({ id }) => id)).to.deep.equal(['one']);
  });

  it('repeats by itself when the time has come', async () => {
    await teller.report(put(incident()));
    await settle();
    await world.clock.advance(4 * HOUR);
    await world.clock.advance(HOUR);
    expect(world.channel.causes()).to.deep.equal(['one opened', 'one repeated']);
  });

  it('applies other rules and channels, and makes dead letters of what is owed to those that are gone', async () => {
    world.other.answers.push({ kind: 'retry', reason: '503' });
    await teller.report(put(incident()));
    await settle();
    const fresh = new ScriptedChannel();
    const rules = { route: route({ groupWaitMs: 0 }), receivers: [receiver('oncall', true)] };
    await teller.reconfigure(rules, new Map([[LANE, fresh]]));
    expect(world.channel.isClosed && world.other.isClosed).to.equal(true);
    expect(teller.outbox().dead.map(({ channel, lastAnswer }) => [channel, lastAnswer])) //
      .to.deep.equal([['webhook_configs[1]', 'this receiver or channel is no longer configured']]);
    await teller.report(put(incident({ id: 'two' })));
    await settle();
    expect(fresh.causes()).to.deep.equal(['two opened']);
  });

  it('ends attempts under way when it is closed, and forgets none of them', async () => {
    world.channel.answers.push('hang');
    await teller.report(put(incident()));
    await settle();
    await teller.close(0);
    expect(JSON.parse(world.disk.saved!).pending.map((each: Notification) => each.cause)) //
      .to.deep.equal(['opened']);
  });
});
