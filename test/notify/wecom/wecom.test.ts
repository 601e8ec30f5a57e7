import { expect } from 'chai';
import { createWecom } from '../../../src/notify/wecom/wecom.ts';
import { openService, type Served, type Service } from '../../support/service.ts';
import { KEY, longIncident, partsOf, posted, say } from '../drawn-channels.ts';

describe('a robot of WeCom', () => {
  let service: Service;
  let next: Served | undefined;

  beforeEach(async () => {
    next = undefined;
    service = await openService(({ query, body }) => {
      if (next !== undefined) return next;
      if (query.get('key') !== KEY)
        return { body: { errcode: 93_000, errmsg: 'invalid webhook url' } };
      const { content } = body['markdown'] as { content: string };
      if (Buffer.byteLength(content) > 4_096) {
        return { body: { errcode: 40_058, errmsg: 'markdown.content exceed max length 4096' } };
      }
      return { body: { errcode: 0, errmsg: 'ok' } };
    });
  });

  afterEach(() => service.close());

  const wecom = (key = KEY) =>
    createWecom(partsOf(posted(`${service.url}/cgi-bin/webhook/send?key=${key}`)));

  it('gets Markdown with the way to the incident', async () => {
    expect((await say(wecom())).kind).to.equal('sent');
    const { content } = service.requests[0]!.body['markdown'] as { content: string };
    expect(content)
      .to.contain('### ［suspect］ checkout')
      .and.contain('(https://hw.example.com/incidents/one)')
      .and.contain('**Labels:** service=checkout, team=payments');
  });

  it('fits 4096 bytes of whole characters whatever a target calls itself', async () => {
    expect((await say(wecom(), { incident: longIncident() })).kind).to.equal('sent');
    const { content } = service.requests[0]!.body['markdown'] as { content: string };
    expect(content).not.to.contain('\uFFFD').and.not.to.contain('](https://evil');
    expect(content).to.contain('https://hw.example.com/incidents/one');
  });

  it('refuses what WeCom refuses under status 200', async () => {
    expect(await say(wecom('wrong-key'))).to.deep.include({ kind: 'refused' });
  });

  for (const errcode of [-1, 45_009, 45_033]) {
    it(`tries again after ${errcode}, without the key`, async () => {
      next = { body: { errcode, errmsg: `api freq out of limit, ${KEY}` } };
      const answer = await say(wecom());
      expect(answer).to.deep.include({ kind: 'retry', afterMs: 60_000 });
      expect(JSON.stringify(answer)).not.to.contain(KEY);
    });
  }
});
