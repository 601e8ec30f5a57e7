import { expect } from 'chai';
import type { Book } from '../../src/notify/book.ts';
import type { Answer, Channel, Notification } from '../../src/notify/notification.ts';
import { createTeller, type Teller } from '../../src/notify/teller.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { Log } from '../../src/runtime/log.ts';
import { HOUR, incident, MINUTE, NOW, route, sighting } from './drawn.ts';
import { posted } from './drawn-channels.ts';
import { HeldClock } from './held-clock.ts';

/** A channel that forgets what it is not told again within a minute, and names a thread. */
class ForgetfulChannel implements Channel {
  readonly sendResolved = true;
  readonly resendMs = MINUTE;
  readonly sent: Notification[] = [];
  answer: Answer = { kind: 'sent', detail: 'ok', thread: 't1' };

  async send(notification: Notification): Promise<Answer> {
    this.sent.push(notification);
    return this.answer;
  }

  async close(): Promise<void> {}

  states(): string[] {
    return this.sent.map(({ incident: { id, state } }) => `${id} ${state}`);
  }
}

class Disk {
  saved: string | undefined;
  load = async (): Promise<unknown> =>
    this.saved === undefined ? undefined : JSON.parse(this.saved);
  save = async (book: Book): Promise<void> => void (this.saved = JSON.stringify(book));
}

describe('a channel that forgets', () => {
  let clock: HeldClock;
  let channel: ForgetfulChannel;
  let disk: Disk;
  let lines: string[];
  let teller: Teller;

  async function start(): Promise<void> {
    const line = (message: string) => void lines.push(message);
    const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
    const alertmanagers = [{ ...posted('http://127.0.0.1:9'), resendMs: MINUTE }];
    teller = createTeller({
      persistence: disk,
      channels: new Map([['oncall/alertmanager_configs[0]', channel]]),
      rules: {
        route: route(),
        receivers: [{ name: 'oncall', emails: [], webhooks: [], alertmanagers }],
      },
      clock,
      log,
      onOutcome: () => undefined,
    });
    await teller.start();
  }

  beforeEach(async () => {
    [clock, channel, disk, lines] = [new HeldClock(NOW), new ForgetfulChannel(), new Disk(), []];
    await start();
  });

  afterEach(async () => {
    await teller.close(0);
    expect(clock.sleepers()).to.equal(0);
  });

  function say(parts: Partial<Incident>): Promise<unknown> {
    return teller.report((incidents) => ({
      incidents: [
        ...incidents.filter(({ id }) => id !== (parts.id ?? 'one')),
        { ...incident(parts), events: incidents[0]?.events ?? [] },
      ],
      changes: ['changed'],
    }));
  }

  async function minutes(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) await clock.advance(MINUTE);
  }

  it('is told at once, without group_wait, and again in each turn while it fires', async () => {
    await say({});
    await minutes(3);
    expect(channel.states().length).to.be.within(3, 5);
    await say({ state: 'resolved', resolvedAt: clock.now() });
    await minutes(1);
    const told = channel.sent.length;
    await minutes(5);
    expect(channel.sent).to.have.length(told);
    expect(channel.states().at(-1)).to.equal('one resolved');
  });

  it('is told of each incident by a look at that one alone, and no other', async () => {
    let looks = 0;
    const labels = { service: 'checkout' };
    const counting = {
      ...sighting(),
      get labels() {
        looks += 1;
        return labels;
      },
    };
    const ids = Array.from({ length: 50 }, (_, i) => `i${i}`);
    await teller.report(() => ({
      incidents: ids.map((id) => incident({ id, sightings: [counting] })),
      changes: ['changed'],
    }));
    await minutes(2);
    [looks, channel.sent.length] = [0, 0];
    await minutes(1);
    expect(channel.states()).to.deep.equal(ids.map((id) => `${id} suspect`));
    expect(looks).to.equal(ids.length);
  });

  it('is told nothing again of what it is owed still, and so left in peace for as long as it asked', async () => {
    await say({});
    await minutes(1);
    channel.answer = { kind: 'retry', reason: '429', afterMs: HOUR };
    await say({ state: 'leak', sightings: [leaking(clock.now())] });
    await minutes(2);
    const told = channel.sent.length;
    await minutes(50);
    expect(channel.sent).to.have.length(told);
    channel.answer = { kind: 'sent', detail: 'ok' };
    await minutes(10);
    expect(channel.sent.at(-1)).to.deep.include({ cause: 'repeated' });
  });

  it('is asked once a turn where it takes nothing now, and told of all others where it refuses one', async () => {
    const ids = Array.from({ length: 5 }, (_, i) => `i${i}`);
    await teller.report(() => ({ incidents: ids.map((id) => incident({ id })), changes: ['new'] }));
    await minutes(2);
    const toldIn = async (answer: Answer) => {
      channel.answer = answer;
      await minutes(1);
      channel.sent.length = 0;
      await minutes(1);
      return channel.sent.length;
    };
    expect(await toldIn({ kind: 'retry', reason: '503' })).to.equal(1);
    expect(await toldIn({ kind: 'refused', reason: '400' })).to.equal(5);
  });

  it('repeats by itself what it was told, where it is asked why nobody is told again', async () => {
    await say({});
    await minutes(2);
    expect(teller.tellings('one')![0]).to.deep.include({
      standing: 'waiting',
      reason: 'told; the other side repeats by itself',
      until: undefined,
    });
  });

  it('is told again in time where the clock is set back', async () => {
    await say({});
    await minutes(2);
    clock.setBack(5 * HOUR);
    const told = channel.sent.length;
    await minutes(3);
    expect(channel.sent.length - told).to.be.within(2, 4);
  });

  it('fills neither the story of the incident nor the disk nor the dead letters', async () => {
    await say({});
    await minutes(1);
    const [events, saved] = [teller.incidents()[0]!.events.length, disk.saved];
    channel.answer = { kind: 'refused', reason: '400' };
    await minutes(500);
    expect(channel.sent.length).to.be.above(400);
    expect(teller.incidents()[0]!.events).to.have.length(events);
    expect(teller.outbox()).to.deep.equal({ pending: [], dead: [] });
    expect(disk.saved).to.equal(saved);
    expect(lines.filter((line) => line.includes('cannot be told again'))).to.have.length(1);
  });

  it('is told again after a restart, by what was saved', async () => {
    await say({});
    await minutes(1);
    await teller.close(0);
    channel.sent.length = 0;
    await start();
    await minutes(1);
    expect(channel.states()).to.include('one suspect');
  });

  const toldBefore = () => channel.sent.at(-1)!.alerts;
  const leaking = (leakSince: number) => sighting({ state: 'leak', leakSince });

  it('is told an end with its time, again for a quarter of an hour, and then no more', async () => {
    await say({});
    await minutes(2);
    expect(toldBefore()).to.deep.equal([{ target: 'a', severity: 'warning', kind: 'heap' }]);
    const endedAt = clock.now();
    await say({ state: 'leak', sightings: [leaking(endedAt)] });
    await minutes(2);
    const critical = { target: 'a', severity: 'critical', kind: 'heap' };
    expect(toldBefore()).to.deep.equal([
      critical,
      { target: 'a', severity: 'warning', kind: 'heap', endedAt },
    ]);
    await minutes(17);
    expect(toldBefore()).to.deep.equal([critical]);
  });

  it('is told at once that memory is held by goroutines, and the end of what it was told before', async () => {
    await say({});
    await minutes(6);
    const turnedAt = clock.now();
    channel.sent.length = 0;
    await say({ kind: 'goroutine', turnedAt });
    await minutes(1);
    expect(channel.sent.map(({ cause }) => cause)).to.include('updated');
    await minutes(1);
    expect(toldBefore()).to.deep.equal([
      { target: 'a', severity: 'warning', kind: 'goroutine' },
      { target: 'a', severity: 'warning', kind: 'heap', endedAt: turnedAt },
    ]);
  });

  it('hears of no end of what it did not take', async () => {
    channel.answer = { kind: 'refused', reason: '400' };
    await say({});
    await clock.advance(0);
    channel.answer = { kind: 'sent', detail: 'ok' };
    await say({ state: 'leak', sightings: [leaking(NOW)] });
    await minutes(2);
    expect(toldBefore()).to.deep.equal([{ target: 'a', severity: 'critical', kind: 'heap' }]);
  });

  it('hears of an end also of one target beside others, which nobody else is told of', async () => {
    const other = { ...leaking(NOW), target: 'b' };
    await say({ state: 'leak', sightings: [other, sighting()] });
    await minutes(2);
    const endedAt = clock.now();
    await say({ state: 'leak', sightings: [other, leaking(endedAt)] });
    await minutes(3);
    expect(channel.sent.map(({ cause }) => cause).filter((cause) => cause !== 'repeated')) //
      .to.deep.equal(['opened']);
    expect(toldBefore()).to.deep.include({
      target: 'a',
      severity: 'warning',
      kind: 'heap',
      endedAt,
    });
  });

  it('still knows after a restart what it was told, and what of that ended', async () => {
    await say({});
    await minutes(2);
    await teller.close(0);
    await start();
    await say({ state: 'leak', sightings: [leaking(clock.now())] });
    await minutes(2);
    const before = toldBefore();
    expect(before).to.have.length(2);
    await teller.close(0);
    channel.sent.length = 0;
    await start();
    await minutes(1);
    expect(channel.sent[0]!.alerts).to.deep.equal(before);
    await clock.advance(HOUR);
    await minutes(2);
    expect(toldBefore()).to.deep.equal([{ target: 'a', severity: 'critical', kind: 'heap' }]);
  });

  it('gets later messages with the thread that the first one began, also after a restart', async () => {
    await say({});
    await minutes(1);
    await teller.close(0);
    channel.answer = { kind: 'sent', detail: 'ok', thread: 't2' };
    await start();
    await say({ state: 'leak' });
    await minutes(1);
    const escalated = channel.sent.find(({ cause }) => cause === 'escalated');
    expect(channel.sent[0]).not.to.have.property('thread');
    expect(escalated).to.deep.include({ thread: 't1' });
  });
});
