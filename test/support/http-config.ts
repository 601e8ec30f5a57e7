import type { HttpConfig, TlsConfig } from '../../src/config/config.ts';

/** The `http` block of a configuration that sets nothing but what is given. */
export function httpConfig(
  given: Partial<Omit<HttpConfig, 'tls'>> & { readonly tls?: Partial<TlsConfig> } = {},
): HttpConfig {
  const { tls, ...rest } = given;
  return {
    headers: {},
    basicAuth: undefined,
    authorization: undefined,
    proxyUrl: undefined,
    followRedirects: false,
    ...rest,
    tls: {
      caFile: undefined,
      certFile: undefined,
      keyFile: undefined,
      serverName: undefined,
      insecureSkipVerify: false,
      ...tls,
    },
  };
}
