import type { HttpConfig, Matcher, SmtpConfig, Threshold, TlsConfig } from '../config.ts';

const DURATIONS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
  [1, 'ms'],
] as const;

/** To the millisecond, as `parseDuration` reads it: `1h30m`. */
export function writtenDuration(ms: number): string {
  let left = ms;
  const parts = DURATIONS.map(([unitMs, unit]) => {
    const amount = Math.floor(left / unitMs);
    left -= amount * unitMs;
    return amount === 0 ? '' : `${amount}${unit}`;
  });
  return parts.join('') || '0s';
}

const SIZES = [
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [2 ** 10, 'KiB'],
  [1e3, 'KB'],
] as const;

/** To the byte, as `parseSize` reads it: `1536MiB`, `500MB`. */
export function writtenSize(bytes: number): string {
  const whole = SIZES.find(([unitBytes]) => bytes >= unitBytes && bytes % unitBytes === 0);
  return whole === undefined ? `${bytes}B` : `${bytes / whole[0]}${whole[1]}`;
}

export function writtenThreshold(threshold: Threshold): string {
  if (threshold.kind === 'bytes') return writtenSize(threshold.bytes);
  return `${Number((100 * threshold.share).toPrecision(12))}%`;
}

/** As `parseMatcher` reads it: `severity =~ "warning|critical"`. */
export function writtenMatcher({ label, operator, value }: Matcher): string {
  const quoted = value.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
  return `${label} ${operator} "${quoted}"`;
}

export function writtenHttp(http: HttpConfig): object {
  return {
    headers: http.headers,
    basic_auth: http.basicAuth,
    authorization: http.authorization,
    tls_config: writtenTls(http.tls),
    proxy_url: http.proxyUrl,
    follow_redirects: http.followRedirects,
  };
}

function writtenTls(tls: TlsConfig): object {
  return {
    ca_file: tls.caFile,
    cert_file: tls.certFile,
    key_file: tls.keyFile,
    server_name: tls.serverName,
    insecure_skip_verify: tls.insecureSkipVerify,
  };
}

/** By the names that its keys have in an email, or in `global` with `smtp_` before them. */
export function writtenSmtp(smtp: SmtpConfig, prefix: '' | 'smtp_'): object {
  const keys = {
    smarthost: writtenAddress(smtp),
    from: smtp.from,
    auth_username: smtp.username,
    auth_password: smtp.password,
    require_tls: smtp.requireTls,
    tls_config: writtenTls(smtp.tls),
  };
  return Object.fromEntries(Object.entries(keys).map(([key, value]) => [prefix + key, value]));
}

export function writtenAddress({ host, port }: Pick<SmtpConfig, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
