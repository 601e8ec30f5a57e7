import { expect } from 'chai';
import { webhookPayload } from '../../../src/notify/webhook/payload.ts';
import { HOUR, incident, notification, NOW, sighting } from '../drawn.ts';

const CONTEXT = { externalUrl: 'https://hw.example.com', sendResolved: true };

/** As far as these tests look into it. */
interface Alert {
  readonly fingerprint: string;
  readonly labels: { readonly target: string; readonly severity: string };
}

/** As a receiver reads it. */
function payload(parts: Parameters<typeof notification>[0] = {}, context = CONTEXT) {
  return JSON.parse(JSON.stringify(webhookPayload(notification(parts), context)));
}

describe('webhookPayload', () => {
  it('links the source at the revision of the running build, where both are known', () => {
    const url = 'https://git.example.com/0a1b2c3/session.go#L17';
    const source = (revision: string | undefined) => {
      const linked = { ...CONTEXT, sourceLink: () => ({ url, revision }) };
      return payload({}, linked).alerts[0].leak.source;
    };
    expect(source('0a1b2c3')).to.deep.equal({ url, revision: '0a1b2c3' });
    expect(source(undefined)).to.deep.equal({ url, revision: null });
    expect(payload().alerts[0].leak.source).to.equal(null);
  });

  it('tells in how many targets of the fleet the leak goes on, where that is known', () => {
    const sightings = ['a', 'b', 'c'].map((target) => sighting({ target }));
    const replicas = (parts: object) =>
      payload({ incident: incident({ sightings, ...parts }) }).alerts[0].leak.replicas;
    expect(replicas({ scopeTargets: 8 })).to.deep.equal({ firing: 3, of: 8 });
    expect(replicas({})).to.equal(null);
  });

  it('has every field of Alertmanager version 4, and the object leak more', () => {
    const body = payload();
    expect(body).to.have.all.keys(
      'version',
      'groupKey',
      'truncatedAlerts',
      'status',
      'receiver',
      'groupLabels',
      'commonLabels',
      'commonAnnotations',
      'externalURL',
      'alerts',
    );
    expect(body).to.deep.include({
      version: '4',
      groupKey: '{}:{incident="one"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'oncall',
      externalURL: 'https://hw.example.com',
    });
    expect(body.alerts).to.have.length(1);
    expect(body.alerts[0]).to.have.all.keys(
      'status',
      'labels',
      'annotations',
      'startsAt',
      'endsAt',
      'generatorURL',
      'fingerprint',
      'leak',
    );
    expect(body.alerts[0]).to.deep.include({
      status: 'firing',
      labels: {
        service: 'checkout',
        team: 'payments',
        target: 'a',
        alertname: 'GoHeapLeak',
        severity: 'warning',
        function: 'example.com/shop/internal/session.(*Store).Create',
        kind: 'heap',
      },
      startsAt: '2026-03-01T14:00:00.000Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://hw.example.com/incidents/one',
    });
    expect(body.alerts[0].fingerprint).to.match(/^[0-9a-f]{16}$/);
    expect(body.alerts[0].annotations.summary).to.equal(
      'checkout: 182MiB/h in shop/internal/session.(*Store).Create, limit in 5h40m',
    );
    expect(body.alerts[0].annotations.description).to.contain('is not freed');
  });

  it('tells the leak as analyze --json does, with times and profiles as one can use them', () => {
    const at = { at: NOW, bytes: 9 };
    const profiles = { before: { file: 'b (1).pb.gz', ...at }, after: { file: 'a.pb.gz', ...at } };
    const { leak } = payload({ incident: incident({ sightings: [sighting({ profiles })] }) })
      .alerts[0];
    const { suspect, memory, reason } = sighting();
    expect(leak).to.deep.include({ incident: 'one', state: 'suspect', reason, kind: 'heap' });
    expect(leak.suspects).to.deep.equal([suspect]);
    expect(leak.memory).to.deep.equal({
      reading: memory.readingBytes,
      limit: memory.limitBytes,
      bytesPerHour: memory.bytesPerHour,
      limitReachedAt: '2026-03-01T19:40:00.000Z',
      limitReachedAtEarliest: '2026-03-01T18:50:00.000Z',
      limitReachedAtLatest: '2026-03-01T20:50:00.000Z',
    });
    const before = 'https://hw.example.com/targets/a/profiles/b%20%281%29.pb.gz';
    const after = 'https://hw.example.com/targets/a/profiles/a.pb.gz';
    expect(leak.profiles).to.deep.equal({
      before,
      after,
      command: `go tool pprof -diff_base ${before} ${after}`,
    });
  });

  it('says since when the figures of the suspects are those of a process that ended', () => {
    const leakOf = (parts: Parameters<typeof sighting>[0]) =>
      payload({ incident: incident({ sightings: [sighting(parts)] }) }).alerts[0].leak;
    const quiet = { fromFresh: 0, sinceRestart: true, restartedAt: NOW };
    expect(leakOf({ quiet }).restartedAt).to.equal('2026-03-01T14:00:00.000Z');
    expect(leakOf({})).to.not.have.property('restartedAt');
  });

  it('says null for what is not known', () => {
    const none = { limitBytes: undefined, limitReachedAt: undefined };
    const bounds = { limitReachedAtEarliest: undefined, limitReachedAtLatest: undefined };
    const memory = { ...sighting().memory, ...none, ...bounds };
    const { leak } = payload({ incident: incident({ sightings: [sighting({ memory })] }) })
      .alerts[0];
    expect(leak.memory).to.deep.include({ limit: null, limitReachedAt: null });
    expect(leak.profiles).to.equal(null);
  });

  it('has an alert for each target, and in common what they share', () => {
    const other = sighting({
      target: 'b',
      state: 'leak',
      labels: { service: 'checkout', team: 'x' },
    });
    const body = payload({ incident: incident({ sightings: [other, sighting()] }) });
    expect(
      body.alerts.map((alert: Alert) => [alert.labels.target, alert.labels.severity]),
    ).to.deep.equal([
      ['b', 'critical'],
      ['a', 'warning'],
    ]);
    expect(body.commonLabels).to.deep.equal({
      service: 'checkout',
      alertname: 'GoHeapLeak',
      function: 'example.com/shop/internal/session.(*Store).Create',
      kind: 'heap',
    });
    expect(new Set(body.alerts.map((alert: Alert) => alert.fingerprint)).size).to.equal(2);
  });

  it('keeps the fingerprint from warning to critical to resolved', () => {
    const states = ['suspect', 'leak', 'resolved'] as const;
    const alerts = states.map(
      (state) => payload({ severity: 'critical', incident: incident({ state }) }).alerts[0],
    );
    expect(new Set(alerts.map(({ fingerprint }) => fingerprint)).size).to.equal(1);
    expect(alerts.map(({ labels }) => labels.severity)).to.deep.equal([
      'warning',
      'critical',
      'critical',
    ]);
  });

  it('keeps the fingerprint where goroutines turn out to hold the memory', () => {
    const heap = payload().alerts[0];
    const turned = { kind: 'goroutine', turnedAt: NOW } as const;
    const over = payload({ incident: incident({ state: 'resolved', ...turned }) }).alerts[0];
    expect([heap.labels.kind, over.labels.kind]).to.deep.equal(['heap', 'goroutine']);
    expect(over.fingerprint).to.equal(heap.fingerprint);
  });

  it('says of a resolved incident when it ended', () => {
    const sightings = [sighting({ state: 'resolved', at: NOW + HOUR })];
    const over = incident({ state: 'resolved', resolvedAt: NOW + HOUR, sightings });
    const body = payload({ incident: over, cause: 'resolved' });
    expect([body.status, body.alerts[0].status]).to.deep.equal(['resolved', 'resolved']);
    expect(body.alerts[0].endsAt).to.equal('2026-03-01T15:00:00.000Z');
  });

  it('says of each target when it ended there, also once it ended in the others', () => {
    const ended = (target: string, at: number) => sighting({ target, state: 'resolved', at });
    const first = ended('b', NOW + HOUR);
    const open = incident({ sightings: [sighting(), first], scopeTargets: 3 });
    const both = [ended('a', NOW + 2 * HOUR), first];
    const over = incident({ state: 'resolved', resolvedAt: NOW + 2 * HOUR, sightings: both });
    const told = [open, over].map((one) => payload({ incident: one }).alerts[1]);
    expect(told.map(({ labels, endsAt }) => [labels.target, endsAt])).to.deep.equal([
      ['b', '2026-03-01T15:00:00.000Z'],
      ['b', '2026-03-01T15:00:00.000Z'],
    ]);
    const name = 'shop/internal/session.(*Store).Create';
    expect(told.map(({ annotations }) => annotations.summary)).to.deep.equal([
      `checkout (b): ${name} no longer grows, after 1h; it goes on in 1 of 3`,
      `checkout: ${name} no longer grows, after 1h`,
    ]);
    expect(told.map(({ annotations }) => annotations.description)).to.deep.equal([
      `Of b alone: Memory allocated in example.com/${name} no longer piles up: ${first.reason}; it goes on in 1 of 3.`,
      `Memory allocated in example.com/${name} no longer piles up: ${first.reason}.`,
    ]);
  });

  it('leaves out targets that are resolved where send_resolved is off', () => {
    const sightings = [sighting(), sighting({ target: 'b', state: 'resolved' })];
    const targets = (sendResolved: boolean) =>
      payload({ incident: incident({ sightings }) }, { ...CONTEXT, sendResolved }) //
        .alerts.map((alert: Alert) => alert.labels.target);
    expect(targets(true)).to.deep.equal(['a', 'b']);
    expect(targets(false)).to.deep.equal(['a']);
  });

  it('marks a test as one', () => {
    expect(payload({ cause: 'test' }).alerts[0].annotations.summary).to.match(/^\[test\] /);
  });
});
