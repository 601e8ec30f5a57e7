import { expect } from 'chai';
import { Secret } from '../../../src/config/secret.ts';
import { createPagerduty } from '../../../src/notify/pagerduty/pagerduty.ts';
import {
  openService,
  type Served,
  type Service,
  type ServedRequest,
} from '../../support/service.ts';
import { incident } from '../drawn.ts';
import { KEY, longIncident, partsOf, posted, say } from '../drawn-channels.ts';

/** What "Send an Alert Event" of the Events API v2 asks of an event. */
function wrongWith({ body }: ServedRequest): string | undefined {
  if (body['routing_key'] !== KEY) return `invalid routing key ${String(body['routing_key'])}`;
  const action = String(body['event_action']);
  if (!['trigger', 'acknowledge', 'resolve'].includes(action)) return 'event_action';
  if (String(body['dedup_key']).length > 255) return 'dedup_key';
  if (action !== 'trigger') return undefined;
  const payload = body['payload'] as Record<string, string>;
  if (!payload['summary'] || payload['summary'].length > 1_024) return 'summary';
  if (!payload['source']) return 'source';
  if (!['critical', 'error', 'warning', 'info'].includes(payload['severity']!)) return 'severity';
  if (Number.isNaN(Date.parse(payload['timestamp']!))) return 'timestamp';
  return undefined;
}

describe('PagerDuty', () => {
  let service: Service;
  let next: Served | undefined;

  beforeEach(async () => {
    next = undefined;
    service = await openService((request) => {
      if (next !== undefined) return next;
      const wrong = wrongWith(request);
      return wrong === undefined
        ? { status: 202, body: { status: 'success', dedup_key: request.body['dedup_key'] } }
        : { status: 400, body: { status: 'invalid event', errors: [wrong] } };
    });
  });

  afterEach(() => service.close());

  const pagerduty = (key = KEY) =>
    createPagerduty(
      partsOf({ ...posted(`${service.url}/v2/enqueue`), routingKey: Secret.of(key) }),
    );

  it('opens and resolves one incident by its key', async () => {
    expect((await say(pagerduty())).kind).to.equal('sent');
    const over = incident({ state: 'resolved', resolvedAt: Date.now() });
    expect((await say(pagerduty(), { incident: over, cause: 'resolved' })).kind).to.equal('sent');
    const told = service.requests.map(({ body }) => [body['event_action'], body['dedup_key']]);
    expect(told).to.deep.equal([
      ['trigger', 'one'],
      ['resolve', 'one'],
    ]);
    expect(service.requests[0]!.body).to.have.nested.property('payload.severity', 'warning');
    expect(service.requests[0]!.body).to.have.nested.property('payload.custom_details.growth');
    expect(service.requests[0]!.body).to.have.nested.property(
      'payload.custom_details.labels',
      'service=checkout, team=payments',
    );
  });

  it('refuses what PagerDuty refuses, without the routing key', async () => {
    const answer = await say(pagerduty('another-routing-key'));
    expect(answer).to.deep.include({ kind: 'refused' });
    expect(JSON.stringify(answer))
      .to.contain('invalid routing key')
      .and.not.contain('another-routing-key');
  });

  it('tries again after 429', async () => {
    next = { status: 429, headers: { 'retry-after': '30' }, body: {} };
    expect(await say(pagerduty())).to.deep.include({ kind: 'retry', afterMs: 30_000 });
  });

  it('fits whatever a target calls itself', async () => {
    expect((await say(pagerduty(), { incident: longIncident() })).kind).to.equal('sent');
  });
});
