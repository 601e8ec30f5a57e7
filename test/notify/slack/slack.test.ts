import { expect } from 'chai';
import { Secret } from '../../../src/config/secret.ts';
import { createSlack } from '../../../src/notify/slack/slack.ts';
import {
  openService,
  type Served,
  type Service,
  type ServedRequest,
} from '../../support/service.ts';
import { incident } from '../drawn.ts';
import { KEY, longIncident, partsOf, posted, say } from '../drawn-channels.ts';

interface Block {
  readonly type: string;
  readonly text?: { readonly type: string; readonly text: string };
  readonly fields?: readonly { readonly text: string }[];
}

/** The limits of Slack's Block Kit. */
function wrongWith({ body }: ServedRequest): string | undefined {
  const blocks = body['blocks'] as readonly Block[];
  if (!body['text']) return 'no_text';
  if (blocks.length > 50) return 'too many blocks';
  return blocks.every(fits) ? undefined : 'invalid_blocks';
}

function fits({ type, text, fields = [] }: Block): boolean {
  const length = text?.text.length ?? 1;
  const most = type === 'header' ? 150 : 3_000;
  const fieldsFit = fields.length <= 10 && fields.every((field) => field.text.length <= 2_000);
  return length > 0 && length <= most && fieldsFit;
}

describe('Slack', () => {
  let service: Service;
  let next: Served[];

  beforeEach(async () => {
    next = [];
    service = await openService((request) => {
      const given = next.shift();
      if (given !== undefined) return given;
      const wrong = wrongWith(request);
      if (request.path.startsWith('/services')) {
        return wrong === undefined ? { body: 'ok' } : { status: 400, body: wrong };
      }
      if (request.headers['authorization'] !== `Bearer ${KEY}`)
        return { body: { ok: false, error: 'invalid_auth' } };
      if (!request.body['channel']) return { body: { ok: false, error: 'channel_not_found' } };
      if (wrong !== undefined) return { body: { ok: false, error: wrong } };
      return { body: { ok: true, channel: 'C01', ts: `17000.${service.requests.length}` } };
    });
  });

  afterEach(() => service.close());

  const hook = () =>
    createSlack(partsOf({ ...posted(`${service.url}/services/${KEY}`), bot: undefined }));
  const bot = (token = KEY) =>
    createSlack(
      partsOf({
        ...posted(`${service.url}/api/chat.postMessage`),
        bot: { token: Secret.of(token), channel: 'C01' },
      }),
    );

  it('gets blocks by an incoming webhook, whatever a target calls itself', async () => {
    expect((await say(hook())).kind).to.equal('sent');
    expect((await say(hook(), { incident: longIncident() })).kind).to.equal('sent');
    const { text } = service.requests[1]!.body as { text: string };
    expect(text).to.contain('&lt;at id=all&gt;').and.not.contain('<at');
  });

  it('says where the first message is, and puts later ones below it', async () => {
    expect(await say(bot())).to.deep.include({ kind: 'sent', thread: '17000.1' });
    await say(bot(), {
      incident: incident({ state: 'leak' }),
      cause: 'escalated',
      thread: '17000.1',
    });
    expect(service.requests[0]!.body).not.to.have.property('thread_ts');
    expect(service.requests[1]!.body).to.deep.include({
      thread_ts: '17000.1',
      reply_broadcast: true,
    });
  });

  it('begins another thread where somebody deleted the first message', async () => {
    next.push({ body: { ok: false, error: 'thread_not_found' } });
    expect((await say(bot(), { thread: '1.1' })).kind).to.equal('sent');
    expect(service.requests[1]!.body).not.to.have.property('thread_ts');
  });

  it('counts an error under status 200 as one, without the token', async () => {
    expect(await say(bot('xoxb-wrong'))).to.deep.equal({
      kind: 'refused',
      reason: 'invalid_auth; check bot_token or its file',
    });
    next.push({ body: { ok: false, error: 'not_in_channel' } });
    expect(await say(bot()))
      .to.have.property('reason')
      .that.equals('not_in_channel; invite the bot to the channel');
    next.push({ body: { ok: false, error: 'internal_error' } });
    expect((await say(bot())).kind).to.equal('retry');
    next.push({
      status: 429,
      headers: { 'retry-after': '7' },
      body: { ok: false, error: 'ratelimited' },
    });
    expect(await say(bot())).to.deep.include({ kind: 'retry', afterMs: 7_000 });
    next.push({ status: 404, body: `no_service ${KEY}` });
    const answer = await say(hook());
    expect(answer.kind).to.equal('refused');
    expect(JSON.stringify(answer)).not.to.contain(KEY);
  });

  describe('with a bot that may write files', () => {
    const png = { bytes: new Uint8Array(5_000).fill(7), width: 1_100, height: 575 };
    const picture = { name: 'memory', title: 'Memory over time', alt: 'it grows', png };
    /** What stands in the way, by the path of the request. */
    let obstacles: Record<string, Served>;
    let slack: Service;

    beforeEach(async () => {
      obstacles = {};
      slack = await openService(({ path }) => {
        const obstacle = obstacles[path];
        if (obstacle !== undefined) return obstacle;
        if (path === '/api/chat.postMessage')
          return { body: { ok: true, channel: 'C0F', ts: '1.5' } };
        if (path === '/upload/key') return { body: 'OK - 5000' };
        const place = { upload_url: `${slack.url}/upload/key`, file_id: 'F01' };
        return { body: { ok: true, ...(path.endsWith('getUploadURLExternal') ? place : {}) } };
      });
    });
    afterEach(() => slack.close());

    const tell = (parts: Parameters<typeof say>[1] = {}) => {
      const config = {
        ...posted(`${slack.url}/api/chat.postMessage`),
        bot: { token: Secret.of(KEY), channel: '#leaks' },
      };
      const parted = partsOf(config);
      const illustrate = async () => ({ pictures: [picture] });
      return say(createSlack({ ...parted, context: { ...parted.context, illustrate } }), parts);
    };

    it('puts memory over time below the message, by the id of the channel', async () => {
      expect((await tell()).kind).to.equal('sent');
      const [, ask, upload, share] = slack.requests;
      expect(slack.requests.map(({ path }) => path)).to.deep.equal([
        '/api/chat.postMessage',
        '/api/files.getUploadURLExternal',
        '/upload/key',
        '/api/files.completeUploadExternal',
      ]);
      expect(ask!.body).to.deep.equal({
        filename: 'memory.png',
        length: '5000',
        alt_txt: 'it grows',
      });
      expect(upload!.bytes).to.equal(5_000);
      expect(upload!.headers['authorization']).to.equal(undefined);
      expect(share!.body).to.deep.equal({
        files: [{ id: 'F01', title: 'Memory over time' }],
        channel_id: 'C0F',
        thread_ts: '1.5',
      });
    });

    it('shows it at the beginning and when it gets worse, in the thread of the incident', async () => {
      await tell({ cause: 'escalated', thread: '1.1' });
      expect(slack.requests.at(-1)!.body['thread_ts']).to.equal('1.1');
      const before = slack.requests.length;
      await tell({ cause: 'repeated', thread: '1.1' });
      expect(slack.requests.length - before).to.equal(1);
    });

    it('has sent the message all the same where the picture is refused, and says why', async () => {
      obstacles['/api/files.getUploadURLExternal'] = {
        body: { ok: false, error: 'missing_scope' },
      };
      expect(await tell()).to.deep.include({
        kind: 'sent',
        detail: 'HTTP 200: ok; its picture not: missing_scope',
      });
      obstacles = { '/upload/key': { status: 500, body: KEY } };
      const answer = await tell();
      expect(answer).to.deep.include({
        kind: 'sent',
        detail: 'HTTP 200: ok; its picture not: HTTP 500',
      });
    });
  });
});
