import { expect } from 'chai';
import type { SmtpConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { createEmail } from '../../src/notify/email/email.ts';
import { CONTEXT, say } from '../notify/drawn-channels.ts';
import { MAIL_CERTIFICATE } from '../support/mailbox.ts';
import { MAIL_LOGIN, startMailServer, type RealMailServer } from '../support/real-mail-server.ts';
import { until } from '../support/until.ts';

describe('a real SMTP server, with STARTTLS and login', () => {
  let server: RealMailServer;

  before(async function () {
    this.timeout(60_000);
    server = await startMailServer();
  });

  after(() => server?.stop());

  function tell(to: string, parts: Partial<SmtpConfig> = {}, id = 'key-1') {
    const smtp: SmtpConfig = {
      host: '127.0.0.1',
      port: server.port,
      from: 'heapwarden <hw@example.com>',
      username: MAIL_LOGIN.username,
      password: Secret.of(MAIL_LOGIN.password),
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
    return say(createEmail({ to, smtp, sendResolved: true }, CONTEXT), { id });
  }

  const delivered = (id: string) =>
    until(`mail ${id}`, 30_000, async () =>
      (await server.mails()).find(({ messageId }) => messageId === `<${id}@example.com>`),
    );

  it('takes the mail, encrypted and after a login', async () => {
    expect(await tell('sre@example.com')).to.deep.include({ kind: 'sent' });
    const mail = await delivered('key-1');
    expect(mail.subject).to.contain('session.(*Store).Create');
    expect(mail.html).to.be.a('string');
    const received = mail.headerLines.find(({ key }) => key === 'received');
    expect(received?.line).to.match(/with esmtpsa\s+\(TLS1\.[23]\)/);
  });

  it('reaches those whom the server knows, and says who was refused and why', async () => {
    const answer = await tell('sre@example.com, nobody@example.com', {}, 'key-2');
    expect(answer).to.deep.include({ kind: 'sent' });
    expect(JSON.stringify(answer)).to.contain('nobody@example.com: 550 no such mailbox');
    await delivered('key-2');
  });

  it('is final where nobody is known', async () => {
    expect(await tell('nobody@example.com', {}, 'key-3')).to.deep.include({ kind: 'refused' });
  });

  it('is tried again after a wrong password or none, which a repair of the file cures', async () => {
    const wrong = await tell('sre@example.com', { password: Secret.of('wr0ng-p4ssword') }, 'key-4');
    expect(wrong.kind).to.equal('retry');
    expect(JSON.stringify(wrong)).to.contain('535').and.not.contain('wr0ng-p4ssword');
  });

  it('gets nothing in the clear', async () => {
    const nobody = { caFile: undefined, certFile: undefined, keyFile: undefined };
    const tls = { ...nobody, serverName: undefined, insecureSkipVerify: false };
    const answer = await tell('sre@example.com', { tls }, 'key-5');
    expect(answer.kind, 'a certificate that nobody trusts').to.equal('retry');
    expect((await server.mails()).map(({ messageId }) => messageId)).to.not.include(
      '<key-5@example.com>',
    );
  });
});
