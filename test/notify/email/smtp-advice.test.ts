import { expect } from 'chai';
import { smtpAdvice, type SmtpSymptom } from '../../../src/notify/email/smtp-advice.ts';

function adviceOn(parts: Partial<SmtpSymptom>, own: readonly string[] = []): string | undefined {
  const nothing = { code: undefined, responseCode: undefined, command: undefined, message: '' };
  return smtpAdvice({ ...nothing, ...parts }, own);
}

describe('what to do about a mail that was not taken', () => {
  it('is told for a name that is not known, and a server that is silent or no mail server', () => {
    const unknown = adviceOn({ code: 'EDNS', message: 'getaddrinfo ENOTFOUND mail.example.com' });
    expect(unknown).to.match(/host of smtp_smarthost, and the DNS/);
    for (const code of ['ETIMEDOUT', 'ECONNECTION', 'ESOCKET']) {
      expect(adviceOn({ code, message: 'Greeting never received' })).to.match(/for a firewall/);
    }
  });

  it('is another port, where it was spoken to in TLS too early', () => {
    const message = 'error:0A00010B:SSL routines:ssl3_get_record:wrong version number';
    expect(adviceOn({ code: 'ESOCKET', message })).to.match(/STARTTLS in smtp_smarthost/);
  });

  it('goes by what a server answers, whatever else that speaks of', () => {
    const message = '530 5.7.0 a login or a client certificate is wanted';
    expect(adviceOn({ responseCode: 530, message })).to.match(/wants a login/);
    expect(adviceOn({ code: 'ESOCKET', message: 'certificate has expired' })).to.match(/ca_file/);
  });

  it('names the keys of the receiver where that sets its own', () => {
    const login = { code: 'EAUTH', responseCode: 535 };
    expect(adviceOn(login)).to.contain('check smtp_auth_username and smtp_auth_password or');
    expect(adviceOn(login, ['auth_username', 'auth_password'])).to.match(
      /^check auth_username and auth_password or its file/,
    );
    const sender = { command: 'MAIL FROM', responseCode: 550 };
    expect(adviceOn(sender, ['from'])).to.match(/^check from: /);
    expect(adviceOn(sender, ['smarthost'])).to.match(/^check smtp_from: /);
    const plain = adviceOn({ code: 'ETLS' }, ['smarthost']);
    expect(plain).to.contain('465 in smarthost').and.contain('set require_tls: false');
  });

  it('is nothing where the server says it all, or the fault may pass', () => {
    expect(adviceOn({ responseCode: 451, command: 'DATA', message: 'try again' })).to.equal(
      undefined,
    );
    expect(adviceOn({ responseCode: 421, command: 'CONN', code: 'ECONNECTION' })).to.equal(
      undefined,
    );
    expect(adviceOn({ responseCode: 450, command: 'RCPT TO' })).to.equal(undefined);
  });
});
