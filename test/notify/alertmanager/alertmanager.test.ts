import { expect } from 'chai';
import type { Sighting } from '../../../src/incident/incident.ts';
import { createAlertmanager } from '../../../src/notify/alertmanager/alertmanager.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';
import { HOUR, incident, NOW, sighting } from '../drawn.ts';
import { partsOf, posted, say } from '../drawn-channels.ts';

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

describe('an Alertmanager', () => {
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    receiver = await openWebhookReceiver();
  });

  afterEach(() => receiver.close());

  async function alerts(parts: Parameters<typeof say>[1]): Promise<readonly Alert[]> {
    const { origin } = new URL(receiver.url);
    const config = { ...posted(origin), resendMs: 60_000 };
    expect((await say(createAlertmanager(partsOf(config)), parts)).kind).to.equal('sent');
    return JSON.parse(receiver.requests.at(-1)!.raw) as Alert[];
  }

  const lastsMs = ({ endsAt }: Alert) => Date.parse(endsAt) - Date.now();

  it('gets an alert for each target that holds for four turns', async () => {
    const both = [sighting(), sighting({ target: 'b' })];
    const told = await alerts({ incident: incident({ sightings: both }) });
    expect(told.map(({ labels }) => [labels['target'], labels['severity']])).to.deep.equal([
      ['a', 'warning'],
      ['b', 'warning'],
    ]);
    const [first] = told;
    expect(first!.labels).to.include({
      alertname: 'GoHeapLeak',
      service: 'checkout',
      kind: 'heap',
    });
    expect(first!.annotations).to.include.keys('summary', 'description', 'first_look');
    expect(first!.generatorURL).to.equal('https://hw.example.com/incidents/one');
    expect(Date.parse(first!.startsAt)).to.be.at.most(Date.now());
    expect(lastsMs(first!)).to.be.within(60_000, 240_000);
  });

  const toldOf = (all: readonly Alert[]) =>
    all.map(({ labels, endsAt }) => [
      `${labels['target']} ${labels['severity']}`,
      Date.parse(endsAt) > Date.now() ? 'firing' : Date.parse(endsAt),
    ]);
  const escalated = (parts: Partial<Sighting> = {}) =>
    incident({ state: 'leak', sightings: [sighting({ state: 'leak', leakSince: NOW, ...parts })] });

  it('ends the warning that became critical, at the time at which it did', async () => {
    const before = [{ target: 'a', severity: 'warning' }] as const;
    const told = await alerts({ incident: escalated(), alerts: before });
    expect(toldOf(told)).to.deep.equal([
      ['a critical', 'firing'],
      ['a warning', NOW],
    ]);
  });

  it('ends what was told as the heap, under its own label, when goroutines turn out to hold it', async () => {
    const told = await alerts({
      incident: incident({ kind: 'goroutine', turnedAt: NOW }),
      alerts: [{ target: 'a', severity: 'warning', kind: 'heap' }],
    });
    expect(toldOf(told)).to.deep.equal([
      ['a warning', 'firing'],
      ['a warning', NOW],
    ]);
    expect(told.map(({ labels }) => labels['kind'])).to.deep.equal(['goroutine', 'heap']);
  });

  it('hears of no end of what it was not told', async () => {
    expect(toldOf(await alerts({ incident: escalated() }))).to.deep.equal([
      ['a critical', 'firing'],
    ]);
    const over = incident({ state: 'resolved', resolvedAt: NOW });
    expect(await alerts({ incident: over, cause: 'resolved' })).to.deep.equal([]);
  });

  it('ends all that it was told when it is over', async () => {
    const over = { state: 'resolved', leakSince: NOW - HOUR, at: NOW } as const;
    const told = await alerts({
      incident: incident({ state: 'resolved', resolvedAt: NOW, sightings: [sighting(over)] }),
      cause: 'resolved',
      alerts: [
        { target: 'a', severity: 'critical' },
        { target: 'a', severity: 'warning' },
      ],
    });
    expect(toldOf(told)).to.deep.equal([
      ['a critical', NOW],
      ['a warning', NOW - HOUR],
    ]);
    for (const { startsAt, endsAt } of told) {
      expect(Date.parse(startsAt)).to.be.at.most(Date.parse(endsAt));
    }
  });
});
