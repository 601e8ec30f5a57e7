import { expect } from 'chai';
import type { ParsedMail } from 'mailparser';
import type { EmailConfig, SmtpConfig } from '../../../src/config/config.ts';
import { Secret } from '../../../src/config/secret.ts';
import { createEmail } from '../../../src/notify/email/email.ts';
import { openSmtp } from '../../../src/notify/email/smtp.ts';
import { notificationId } from '../../../src/notify/notification-id.ts';
import type {
  Answer,
  Channel,
  MessageContext,
  Notification,
} from '../../../src/notify/notification.ts';
import {
  MAIL_CERTIFICATE,
  openMailbox,
  type Mailbox,
  type MailboxOptions,
} from '../../support/mailbox.ts';
import { incident, notification, NOW, sighting } from '../drawn.ts';

const LOGIN = { username: 'heapwarden', password: 'p4ssw0rd-of-mail' };
const CONTEXT: MessageContext = {
  externalUrl: 'https://hw.example.com',
  readProfile: async () => undefined,
};

function smtpTo(port: number, parts: Partial<SmtpConfig> = {}): SmtpConfig {
  return {
    host: '127.0.0.1',
    port,
    from: 'heapwarden <hw@example.com>',
    username: undefined,
    password: undefined,
    requireTls: true,
    tls: {
      caFile: MAIL_CERTIFICATE,
      certFile: undefined,
      keyFile: undefined,
      serverName: undefined,
      insecureSkipVerify: false,
    },
    ...parts,
  };
}

function emailTo(smtp: SmtpConfig, to = 'sre@example.com'): EmailConfig {
  return { to, smtp, sendResolved: true };
}

describe('an email', () => {
  const open: (Mailbox | Channel)[] = [];

  afterEach(async () => {
    for (const each of open.splice(0).toReversed()) await each.close();
  });

  async function mailbox(options: MailboxOptions = {}): Promise<Mailbox> {
    const opened = await openMailbox(options);
    open.push(opened);
    return opened;
  }

  function channel(config: EmailConfig, context = CONTEXT): Channel {
    const created = createEmail(config, context);
    open.push(created);
    return created;
  }

  function send(to: Channel, what: Notification = notification()): Promise<Answer> {
    return to.send(what, new AbortController().signal);
  }

  it('arrives over STARTTLS with login, as text and HTML, and marked as automatic', async () => {
    const box = await mailbox({ login: LOGIN });
    const login = { username: LOGIN.username, password: Secret.of(LOGIN.password) };
    const answer = await send(
      channel(emailTo(smtpTo(box.port, login), 'a@example.com, b@example.com')),
    );
    expect(answer.kind, JSON.stringify(answer)).to.equal('sent');
    const [{ mail, to, encrypted, user }] = box.mails as [Mailbox['mails'][number]];
    expect({ to, encrypted, user }).to.deep.equal({
      to: ['a@example.com', 'b@example.com'],
      encrypted: true,
      user: LOGIN.username,
    });
    expect(mail.subject).to.equal(
      '[suspect] checkout: 182MiB/h in shop/internal/session.(*Store).Create, limit in 5h40m',
    );
    expect(mail.from!.text).to.contain('hw@example.com');
    expect(mail.text).to.contain('shop/internal/session.(*Store).Create');
    expect(mail.html).to.contain('shop/internal/session.(*Store).Create');
    expect(mail.headers.get('auto-submitted')).to.equal('auto-generated');
    expect(mail.headers.get('x-auto-response-suppress')).to.equal('All');
    expect(mail.headers.get('precedence')).to.equal('bulk');
    expect(mail.headers.get('list')).to.deep.equal({
      id: { name: 'oncall.heapwarden.example.com' },
    });
    expect(mail.headers.get('x-heapwarden-incident')).to.equal('one');
  });

  it('makes one thread of an incident: each later mail answers the first', async () => {
    const box = await mailbox();
    const to = channel(emailTo(smtpTo(box.port)));
    const lane = { incident: 'one', receiver: 'oncall', channel: 'email_configs[0]' };
    const id = (sequence: number) => notificationId({ ...lane, sequence });
    const mails: ParsedMail[] = [];
    for (const sequence of [0, 1, 2]) {
      await send(to, notification({ id: id(sequence), channel: lane.channel }));
      mails.push(box.mails.at(-1)!.mail);
    }
    const root = `<${id(0)}@example.com>`;
    expect(mails.map(({ messageId }) => messageId)).to.deep.equal([
      root,
      `<${id(1)}@example.com>`,
      `<${id(2)}@example.com>`,
    ]);
    expect(mails.map(({ inReplyTo }) => inReplyTo)).to.deep.equal([undefined, root, root]);
    expect(mails.map(({ references }) => references)).to.deep.equal([undefined, root, root]);
  });

  it('is marked as urgent where it is a leak, and lets no name of a receiver into its headers', async () => {
    const box = await mailbox();
    const to = channel(emailTo(smtpTo(box.port)));
    const receiver = 'On Call\r\nBcc: x@example.com';
    await send(to, notification({ receiver, incident: incident({ state: 'leak' }) }));
    await send(to, notification({ receiver }));
    expect(box.mails.map(({ mail }) => mail.headers.get('priority'))).to.deep.equal([
      'high',
      undefined,
    ]);
    for (const { mail, to: sentTo } of box.mails) {
      expect([mail.bcc, sentTo]).to.deep.equal([undefined, ['sre@example.com']]);
      expect(mail.headers.get('list')).to.deep.include({
        id: { name: 'on-call-bcc-x-example-com-22156c97.heapwarden.example.com' },
      });
    }
  });

  it('keeps its connection open for the next one', async () => {
    const box = await mailbox();
    const to = channel(emailTo(smtpTo(box.port)));
    await send(to);
    await send(to);
    expect([box.mails.length, box.connections()]).to.deep.equal([2, 1]);
  });

  it('is never sent in the clear where TLS is required, nor to an unknown certificate', async () => {
    const clear = await mailbox({ startTls: false });
    expect((await send(channel(emailTo(smtpTo(clear.port))))).kind).to.equal('retry');
    const unknown = await mailbox();
    const noCa = { tls: { ...smtpTo(0).tls, caFile: undefined } };
    expect((await send(channel(emailTo(smtpTo(unknown.port, noCa))))).kind).to.equal('retry');
    expect([...clear.mails, ...unknown.mails]).to.deep.equal([]);
    const skip = { tls: { ...noCa.tls, insecureSkipVerify: true } };
    expect((await send(channel(emailTo(smtpTo(unknown.port, skip))))).kind).to.equal('sent');
  });

  it('goes in the clear where TLS is not required, and encrypted all the same where it is offered', async () => {
    const options = { requireTls: false, tls: { ...smtpTo(0).tls, caFile: undefined } };
    for (const startTls of [false, true]) {
      const box = await mailbox({ startTls });
      expect((await send(channel(emailTo(smtpTo(box.port, options))))).kind).to.equal('sent');
      expect(box.mails[0]!.encrypted).to.equal(startTls);
    }
  });

  it('speaks TLS from the first byte on port 465 alone', async () => {
    const secure = async (port: number) =>
      (await openSmtp({ smtp: smtpTo(port) })).transport.options;
    expect(await secure(465)).to.deep.include({ secure: true });
    expect(await secure(587)).to.deep.include({ secure: false, requireTLS: true });
  });

  it('takes 4xx for temporary and 5xx for final', async () => {
    const answerTo = async (code: number) => {
      const box = await mailbox({ refuseMail: () => code });
      return (await send(channel(emailTo(smtpTo(box.port))))).kind;
    };
    expect(await answerTo(451)).to.equal('retry');
    expect(await answerTo(452)).to.equal('retry');
    expect(await answerTo(550)).to.equal('refused');
    expect(await answerTo(554)).to.equal('refused');
  });

  it('says what to do where the first one fails, and no password', async () => {
    const clear = await mailbox({ startTls: false });
    const box = await mailbox({ login: LOGIN });
    const strict = await mailbox({ refuseRecipient: () => 550 });
    const { tls } = smtpTo(0);
    const login = { username: LOGIN.username, password: Secret.of('another-p4ssw0rd') };
    for (const [smtp, said, todo, own] of [
      [smtpTo(clear.port), 'STARTTLS: 500', /port 465 .* or set smtp_require_tls: false/],
      [smtpTo(box.port, { tls: { ...tls, caFile: undefined } }), 'self-signed', /let ca_file of/],
      [smtpTo(box.port, { tls: { ...tls, serverName: 'a.test' } }), 'altnames', /or server_name/],
      [smtpTo(box.port, login), '535', /check smtp_auth_username and smtp_auth_password or/],
      [smtpTo(box.port), '530', /set smtp_auth_username, and/],
      [smtpTo(1), 'ECONNREFUSED', /check the host and the port of smtp_smarthost/],
      [smtpTo(strict.port), '550', /; check to, and/],
      [smtpTo(1), 'ECONNREFUSED', /the port of smarthost/, ['smarthost']],
      [
        smtpTo(box.port, login),
        '535',
        /check auth_username and/,
        ['auth_username', 'auth_password'],
      ],
    ] as const) {
      const answer = await send(channel({ ...emailTo(smtp), ...(own && { ownSmtpKeys: own }) }));
      const reason = answer.kind === 'sent' ? '' : answer.reason;
      expect(reason).to.contain(said).and.match(todo).and.not.contain('p4ssw0rd');
    }
  });

  it('says which key names a file that cannot be read', async () => {
    const nowhere = '/nonexistent/file';
    const { tls } = smtpTo(0);
    for (const [key, parts] of [
      ['smtp_auth_password_file', { username: 'u', password: Secret.inFile(nowhere) }],
      ['smtp_tls_config.ca_file', { tls: { ...tls, caFile: nowhere } }],
    ] as const) {
      const own = key.slice('smtp_'.length);
      for (const [named, ownSmtpKeys] of [
        [key, []],
        [own, [own]],
      ] as const) {
        const answer = await send(channel({ ...emailTo(smtpTo(1, parts)), ownSmtpKeys }));
        const told = new RegExp(`^mail not made: ${named}: cannot be read, .*'${nowhere}'; write`);
        expect(answer).to.have.property('reason').that.matches(told);
      }
    }
  });

  it('tries again after a refused login, with the password that stands in the file by then', async () => {
    const box = await mailbox({ login: LOGIN });
    let password = 'wr0ng-password';
    const secret = Secret.of('');
    secret.read = async () => password;
    const smtp = smtpTo(box.port, { username: LOGIN.username, password: secret });
    const to = channel(emailTo(smtp));
    const answer = await send(to);
    expect(answer.kind).to.equal('retry');
    expect(JSON.stringify(answer)).to.contain('535').and.not.contain(password);
    password = LOGIN.password;
    expect((await send(to)).kind).to.equal('sent');
  });

  it('reaches the recipients that are taken, and says how many were refused', async () => {
    const refuseRecipient = (address: string) => (address.startsWith('gone') ? 550 : undefined);
    const box = await mailbox({ refuseRecipient });
    const to = channel(emailTo(smtpTo(box.port), 'a@example.com, gone@example.com, b@example.com'));
    const answer = await send(to);
    expect(answer)
      .to.have.property('detail')
      .that.contains('1 of 3 recipients refused: gone@example.com: 550');
    expect(box.mails[0]!.to).to.deep.equal(['a@example.com', 'b@example.com']);
  });

  it('is final where all recipients are refused for good, and not where one may be taken later', async () => {
    const answerWith = async (later: number) => {
      const refuseRecipient = (address: string) => (address.startsWith('gone') ? 550 : later);
      const box = await mailbox({ refuseRecipient });
      return send(channel(emailTo(smtpTo(box.port), 'later@example.com, gone@example.com')));
    };
    expect((await answerWith(550)).kind).to.equal('refused');
    expect((await answerWith(451)).kind).to.equal('retry');
  });

  it('tries again where nobody answers, and ends at once when it is stopped', async () => {
    expect((await send(channel(emailTo(smtpTo(1))))).kind).to.equal('retry');
    const silent = await mailbox({ silent: true });
    const stopping = new AbortController();
    const answer = channel(emailTo(smtpTo(silent.port))).send(notification(), stopping.signal);
    setImmediate(() => stopping.abort());
    expect((await answer).kind).to.equal('retry');
  });

  describe('with pictures', () => {
    const png = { bytes: Buffer.alloc(50_000, 7), width: 1_100, height: 550 };
    const drawn = { name: 'memory', title: 'Memory over time', alt: 'it grows', png };
    const at = { at: NOW, bytes: 3 };
    const profiles = { before: { file: 'b.pb.gz', ...at }, after: { file: 'a.pb.gz', ...at } };
    const told = notification({ incident: incident({ sightings: [sighting({ profiles })] }) });
    const context = (profileBytes: number): MessageContext => ({
      ...CONTEXT,
      readProfile: async () => Buffer.alloc(profileBytes, 8),
      illustrate: async () => ({ pictures: [drawn] }),
    });

    it('brings them along, shown in their place and not as attachments to open', async () => {
      const box = await mailbox();
      await send(channel(emailTo(smtpTo(box.port)), context(100)), told);
      const { attachments, html } = box.mails[0]!.mail;
      const inline = attachments.filter(({ related }) => related);
      expect(
        inline.map(({ cid, contentType, contentDisposition }) => [
          cid,
          contentType,
          contentDisposition,
        ]),
      ).to.deep.equal([['memory.key-1@example.com', 'image/png', 'inline']]);
      expect(inline[0]!.content.equals(png.bytes)).to.equal(true);
      // The parser puts the picture where its id stood.
      expect(html).to.contain(`src="data:image/png;base64,${png.bytes.toString('base64')}"`);
      expect(attachments.filter(({ related }) => !related)).to.have.length(2);
    });

    it('goes without the profiles where the server finds it too large, then without the pictures', async () => {
      const carried = async (maxBytes: number) => {
        const box = await mailbox({ maxBytes });
        const answer = await send(channel(emailTo(smtpTo(box.port)), context(100_000)), told);
        expect(answer.kind, JSON.stringify(answer)).to.equal('sent');
        const [{ mail }] = box.mails as [Mailbox['mails'][number]];
        expect(mail.text).to.contain('it grows');
        return mail.attachments.map(({ filename }) => filename);
      };
      expect(await carried(150_000)).to.deep.equal(['memory.png']);
      expect(await carried(50_000)).to.deep.equal([]);
    });
  });

  describe('with saved profiles', () => {
    const at = { at: NOW, bytes: 3 };
    const profiles = { before: { file: 'b.pb.gz', ...at }, after: { file: 'a.pb.gz', ...at } };
    const told = notification({
      incident: incident({ sightings: [sighting({ target: 'checkout/1', profiles })] }),
    });
    const reading = (bytes: number): MessageContext => ({
      ...CONTEXT,
      readProfile: async (_target, file) => Buffer.from(file.padEnd(bytes, '.')),
    });

    it('brings both along, byte for byte, with the command that compares them', async () => {
      const box = await mailbox();
      await send(channel(emailTo(smtpTo(box.port)), reading(1_000)), told);
      const { mail } = box.mails[0]!;
      expect(mail.attachments.map(({ filename }) => filename)).to.deep.equal([
        'checkout_1-before.pb.gz',
        'checkout_1-after.pb.gz',
      ]);
      expect(mail.attachments[0]!.content.toString()).to.equal('b.pb.gz'.padEnd(1_000, '.'));
      const command = 'go tool pprof -diff_base checkout_1-before.pb.gz checkout_1-after.pb.gz';
      expect(mail.text).to.contain(command);
      expect(mail.html).to.contain(command);
    });

    it('links them where one is gone, cannot be read or is larger than 5 MiB', async () => {
      const box = await mailbox();
      const failing = { ...CONTEXT, readProfile: () => Promise.reject(new Error('EIO')) };
      for (const context of [CONTEXT, failing, reading(5 * 2 ** 20 + 1)]) {
        await send(channel(emailTo(smtpTo(box.port)), context), told);
      }
      expect(box.mails).to.have.length(3);
      for (const { mail } of box.mails) {
        expect(mail.attachments).to.deep.equal([]);
        expect(mail.text).to.contain(
          'go tool pprof -diff_base https://hw.example.com/targets/checkout%2F1/profiles/b.pb.gz ' +
            'https://hw.example.com/targets/checkout%2F1/profiles/a.pb.gz',
        );
      }
    });

    it('goes without them where the server finds it too large', async () => {
      const box = await mailbox({ maxBytes: 100_000 });
      const answer = await send(channel(emailTo(smtpTo(box.port)), reading(200_000)), told);
      expect(answer.kind, JSON.stringify(answer)).to.equal('sent');
      expect(box.mails.map(({ mail }) => mail.attachments.length)).to.deep.equal([0]);
    });
  });
});
