import { hostname } from 'node:os';
import { isIPv6 } from 'node:net';
import type { Config, WebConfig } from './config.ts';

/** Where people reach the page, without a trailing slash: as the file has it, else by where it listens. */
export function externalUrlOf({ externalUrl, web }: Pick<Config, 'externalUrl' | 'web'>): string {
  return externalUrl ?? urlOfListener(web);
}

type Listener = Pick<WebConfig, 'host' | 'port'> & { readonly tls?: object | undefined };

/** By the name of this machine where it listens on all addresses. */
export function urlOfListener({ host, port, tls }: Listener): string {
  const name = isAnyAddress(host) ? hostname() : host;
  return `${tls === undefined ? 'http' : 'https'}://${isIPv6(name) ? `[${name}]` : name}:${port}`;
}

/** Whether a host to listen at is every address of this machine. */
export function isAnyAddress(host: string): boolean {
  return ['', '0.0.0.0', '::'].includes(host);
}
