import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { Secret } from '../../../src/config/secret.ts';
import { createDingtalk } from '../../../src/notify/dingtalk/dingtalk.ts';
import { openService, type Served, type Service } from '../../support/service.ts';
import { KEY, longIncident, partsOf, posted, say } from '../drawn-channels.ts';

const SECRET = 'SEC-to-sign-with';

describe('a robot of DingTalk', () => {
  let service: Service;
  let next: Served | undefined;

  beforeEach(async () => {
    next = undefined;
    service = await openService(({ query, bytes }) => {
      if (next !== undefined) return next;
      if (query.get('access_token') !== KEY)
        return { body: { errcode: 300_001, errmsg: 'token is not exist' } };
      const timestamp = query.get('timestamp') ?? '';
      const sign = createHmac('sha256', SECRET).update(`${timestamp}\n${SECRET}`).digest('base64');
      if (query.get('sign') !== sign || Math.abs(Date.now() - Number(timestamp)) > 3_600_000) {
        return { body: { errcode: 310_000, errmsg: 'sign not match' } };
      }
      if (bytes > 20_000) return { body: { errcode: 460_101, errmsg: 'message too long' } };
      return { body: { errcode: 0, errmsg: 'ok' } };
    });
  });

  afterEach(() => service.close());

  const dingtalk = (secret: string) =>
    createDingtalk(
      partsOf({
        ...posted(`${service.url}/robot/send?access_token=${KEY}`),
        secret: Secret.of(secret),
      }),
    );

  it('gets signed Markdown with a title', async () => {
    expect((await say(dingtalk(SECRET))).kind).to.equal('sent');
    const { body } = service.requests[0]!;
    expect(body['msgtype']).to.equal('markdown');
    expect(body).to.have.nested.property('markdown.title').that.contains('[suspect] checkout');
    expect(body)
      .to.have.nested.property('markdown.text')
      .that.contains('](https://hw.example.com/incidents/one)')
      .and.contains('**Labels:** service=checkout, team=payments');
  });

  it('counts a wrong signature under status 200 as refused, without the keys', async () => {
    const answer = await say(dingtalk('another-secret'));
    expect(answer).to.deep.include({ kind: 'refused' });
    expect(JSON.stringify(answer)).to.contain('sign not match').and.not.contain(KEY);
  });

  for (const errcode of [-1, 130_101, 410_100]) {
    it(`tries again after ${errcode}`, async () => {
      next = { body: { errcode, errmsg: `send too fast for ${KEY}` } };
      const answer = await say(dingtalk(SECRET));
      expect(answer).to.deep.include({ kind: 'retry', afterMs: 60_000 });
      expect(JSON.stringify(answer)).not.to.contain(KEY);
    });
  }

  it('fits whatever a target calls itself, and makes no link of it', async () => {
    expect((await say(dingtalk(SECRET), { incident: longIncident() })).kind).to.equal('sent');
    const { text } = service.requests[0]!.body['markdown'] as { text: string };
    expect(text).not.to.contain('](https://evil');
  });
});
