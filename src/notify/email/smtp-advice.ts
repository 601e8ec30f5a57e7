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
  readonly advice: string;
}

/** The usual failures of a first mail, by the settings that cure them; the first that holds is told. */
const ADVICE: readonly Advice[] = [
  {
    // What a server answers may speak of certificates too.
    holds: ({ responseCode, message }) =>
      responseCode === undefined && /certificate|altnames/i.test(message),
    advice:
      'let ca_file of smtp_tls_config name the CA, or server_name the name on the certificate; one that has expired has to be renewed',
  },
  {
    holds: ({ message }) => /wrong version number|packet length/i.test(message),
    advice:
      'this port does not speak TLS from the first byte; name the one for STARTTLS in smtp_smarthost, mostly 587',
  },
  {
    holds: ({ code }) => code === 'ETLS',
    advice:
      'where the server has no STARTTLS, name its port 465 in smtp_smarthost, which speaks TLS from the first byte, or set smtp_require_tls: false to send in the clear',
  },
  {
    holds: ({ code, responseCode = 0 }) => code === 'EAUTH' || [534, 535].includes(responseCode),
    advice:
      'check smtp_auth_username and smtp_auth_password or its file; many providers want a password made for programs',
  },
  {
    holds: ({ responseCode }) => responseCode === 530,
    advice: 'the server wants a login; set smtp_auth_username, and smtp_auth_password or its file',
  },
  {
    holds: ({ code, message }) => code === 'EDNS' || /ENOTFOUND|EAI_/.test(message),
    advice: 'the name is not known; check the host of smtp_smarthost, and the DNS of this machine',
  },
  {
    holds: ({ message }) => message.includes('ECONNREFUSED'),
    advice: 'nobody listens there; check the host and the port of smtp_smarthost',
  },
  {
    holds: ({ code = '', responseCode }) =>
      responseCode === undefined && ['ETIMEDOUT', 'ECONNECTION', 'ESOCKET'].includes(code),
    advice:
      'no mail server answers there; check the host and the port of smtp_smarthost, and for a firewall between; TLS from the first byte is spoken on port 465 alone',
  },
  {
    holds: ({ command, responseCode = 0 }) => command === 'MAIL FROM' && responseCode >= 500,
    advice: 'check smtp_from: the server may take mail of some senders alone',
  },
  {
    holds: ({ command, responseCode = 0 }) => command === 'RCPT TO' && responseCode >= 500,
    advice: 'check to, and whether the server takes mail for others only after a login',
  },
];

/** What to do about it; `undefined` where nothing more is known than what was said. */
export function smtpAdvice(symptom: SmtpSymptom): string | undefined {
  return ADVICE.find(({ holds }) => holds(symptom))?.advice;
}
