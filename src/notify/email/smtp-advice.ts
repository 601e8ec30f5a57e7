/** What nodemailer says of a failure, as far as it shows what to do. */
export interface SmtpSymptom {
  readonly code: string | undefined;
  readonly responseCode: number | undefined;
  /** In answer to which it failed: `MAIL FROM`. */
  readonly command: string | undefined;
  readonly message: string;
}

interface Advice {
  readonly holds: (symptom: SmtpSymptom) => boolean;
  readonly advice: (named: Named) => string;
}

/** A key of the mail server as it stands in the file: `smarthost` of an email, or `smtp_smarthost` of `global`. */
type Named = (key: string) => string;

/** The usual failures of a first mail, by the settings that cure them; the first that holds is told. */
const ADVICE: readonly Advice[] = [
  {
    // What a server answers may speak of certificates too.
    holds: ({ responseCode, message }) =>
      responseCode === undefined && /certificate|altnames/i.test(message),
    advice: (named) =>
      `let ca_file of ${named('tls_config')} name the CA, or server_name the name on the certificate; one that has expired has to be renewed`,
  },
  {
    holds: ({ message }) => /wrong version number|packet length/i.test(message),
    advice: (named) =>
      `this port does not speak TLS from the first byte; name the one for STARTTLS in ${named('smarthost')}, mostly 587`,
  },
  {
    holds: ({ code }) => code === 'ETLS',
    advice: (named) =>
      `where the server has no STARTTLS, name its port 465 in ${named('smarthost')}, which speaks TLS from the first byte, or set ${named('require_tls')}: false to send in the clear`,
  },
  {
    holds: ({ code, responseCode = 0 }) => code === 'EAUTH' || [534, 535].includes(responseCode),
    advice: (named) =>
      `check ${named('auth_username')} and ${named('auth_password')} or its file; many providers want a password made for programs`,
  },
  {
    holds: ({ responseCode }) => responseCode === 530,
    advice: (named) =>
      `the server wants a login; set ${named('auth_username')}, and ${named('auth_password')} or its file`,
  },
  {
    holds: ({ code, message }) => code === 'EDNS' || /ENOTFOUND|EAI_/.test(message),
    advice: (named) =>
      `the name is not known; check the host of ${named('smarthost')}, and the DNS of this machine`,
  },
  {
    holds: ({ message }) => message.includes('ECONNREFUSED'),
    advice: (named) => `nobody listens there; check the host and the port of ${named('smarthost')}`,
  },
  {
    holds: ({ code = '', responseCode }) =>
      responseCode === undefined && ['ETIMEDOUT', 'ECONNECTION', 'ESOCKET'].includes(code),
    advice: (named) =>
      `no mail server answers there; check the host and the port of ${named('smarthost')}, and for a firewall between; TLS from the first byte is spoken on port 465 alone`,
  },
  {
    holds: ({ command, responseCode = 0 }) => command === 'MAIL FROM' && responseCode >= 500,
    advice: (named) => `check ${named('from')}: the server may take mail of some senders alone`,
  },
  {
    holds: ({ command, responseCode = 0 }) => command === 'RCPT TO' && responseCode >= 500,
    advice: () => 'check to, and whether the server takes mail for others only after a login',
  },
];

/** What to do about it; `undefined` where nothing more is known than what was said. */
export function smtpAdvice(
  symptom: SmtpSymptom,
  ownKeys: readonly string[] = [],
): string | undefined {
  const own = new Set(ownKeys.map((key) => key.replace(/^(auth_password)_file$/, '$1')));
  // How to speak to a server of its own belongs beside that.
  const isOwn = (key: string) => own.has(key) || (own.has('smarthost') && key !== 'from');
  const named: Named = (key) => (isOwn(key) ? key : `smtp_${key}`);
  return ADVICE.find(({ holds }) => holds(symptom))?.advice(named);
}
