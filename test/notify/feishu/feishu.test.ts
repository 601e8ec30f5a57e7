import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { Secret } from '../../../src/config/secret.ts';
import { createFeishu } from '../../../src/notify/feishu/feishu.ts';
import { openService, type Served, type Service } from '../../support/service.ts';
import { incident } from '../drawn.ts';
import { KEY, longIncident, partsOf, posted, say } from '../drawn-channels.ts';

const SECRET = 's3cret-to-sign-with';

describe('a robot of Feishu', () => {
  let service: Service;
  let next: Served | undefined;

  beforeEach(async () => {
    next = undefined;
    service = await openService(({ path, body, bytes }) => {
      if (next !== undefined) return next;
      if (!path.endsWith(KEY)) return { body: { code: 19_001, msg: 'token invalid' } };
      const age = Date.now() / 1_000 - Number(body['timestamp']);
      const key = `${String(body['timestamp'])}\n${SECRET}`;
      const sign = createHmac('sha256', key).update('').digest('base64');
      if (body['sign'] !== sign || Math.abs(age) > 3_600) {
        return { body: { code: 19_021, msg: 'sign match fail' } };
      }
      if (bytes > 20_000) return { body: { code: 9_499, msg: 'too large' } };
      return { body: { code: 0, msg: 'success', data: {} } };
    });
  });

  afterEach(() => service.close());

  const feishu = (secret?: string) =>
    createFeishu(
      partsOf({
        ...posted(`${service.url}/open-apis/bot/v2/hook/${KEY}`),
        secret: secret === undefined ? undefined : Secret.of(secret),
      }),
    );

  it('gets a signed card in the colour of the state', async () => {
    expect((await say(feishu(SECRET), { incident: incident({ state: 'leak' }) })).kind).to.equal(
      'sent',
    );
    const { body } = service.requests[0]!;
    expect(body['msg_type']).to.equal('interactive');
    expect(body['card']).to.have.nested.property('header.template', 'red');
    expect(JSON.stringify(body['card']))
      .to.contain('https://hw.example.com/incidents/one')
      .and.contain('Labels: service=checkout, team=payments');
  });

  it('counts an error under status 200 as refused, without the key', async () => {
    const answer = await say(feishu('another'));
    expect(answer).to.deep.include({ kind: 'refused' });
    expect(JSON.stringify(answer)).to.contain('sign match fail').and.not.contain(KEY);
  });

  it('tries again later where there were too many messages', async () => {
    next = { body: { code: 11_232, msg: `frequency limited ${KEY}` } };
    const answer = await say(feishu(SECRET));
    expect(answer).to.deep.include({ kind: 'retry', afterMs: 60_000 });
    expect(JSON.stringify(answer)).not.to.contain(KEY);
  });

  it('does not take the page of a proxy for an answer', async () => {
    next = { body: '<html>welcome</html>' };
    expect((await say(feishu(SECRET))).kind).to.equal('retry');
  });

  it('fits whatever a target calls itself, and shows it as plain text', async () => {
    expect((await say(feishu(SECRET), { incident: longIncident() })).kind).to.equal('sent');
    expect(JSON.stringify(service.requests[0]!.body)).not.to.contain('lark_md');
  });
});
