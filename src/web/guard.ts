import { isLoopback } from '../config/loopback.ts';

/** Where the server is bound, and under which other name people reach it. */
export interface Address {
  readonly host: string;
  /** As behind a proxy; `undefined` where there is none. */
  readonly externalUrl: string | undefined;
}

/**
 * Whether a request for this `Host` may be answered. Bound to loopback, only the names of loopback
 * and of `externalUrl` are: a web page elsewhere could otherwise let its own name point to 127.0.0.1
 * and read everything as its own origin (DNS rebinding). Bound to another address, the names by
 * which it is reached cannot be known.
 */
export function isOwnHost(hostHeader: string, address: Address): boolean {
  if (!isLoopback(address.host)) return true;
  const name = hostNameOf(hostHeader);
  return isLoopback(name) || name === externalHostName(address);
}

interface Sender {
  /** The headers of the same names; `undefined` where the request has none. */
  readonly secFetchSite: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

/**
 * Whether a page of another site makes the browser send this. Browsers tell by `Sec-Fetch-Site`, where
 * they trust the connection, else by `Origin`; what sends neither is no browser.
 */
export function isCrossSite(sender: Sender, address: Address): boolean {
  if (sender.secFetchSite !== undefined) {
    return sender.secFetchSite !== 'same-origin' && sender.secFetchSite !== 'none';
  }
  if (sender.origin === undefined) return false;
  const own = [sender.host, externalHost(address)];
  return !URL.canParse(sender.origin) || !own.includes(new URL(sender.origin).host);
}

/** Whether a host with or without its port, as in a `Host` header, is this machine's own name of itself. */
export function isLoopbackHost(host: string): boolean {
  return isLoopback(host) || isLoopback(hostNameOf(host));
}

/** Without the port, the brackets of IPv6, and a final dot. */
function hostNameOf(header: string): string {
  const [, bracketed, plain = ''] = /^(?:\[(.*)\]|([^:]*))(?::\d*)?$/.exec(header) ?? [];
  return (bracketed ?? plain).toLowerCase().replace(/\.$/, '');
}

function externalHostName(address: Address): string | undefined {
  const host = externalHost(address);
  return host === undefined ? undefined : hostNameOf(host);
}

function externalHost({ externalUrl }: Address): string | undefined {
  return externalUrl === undefined ? undefined : new URL(externalUrl).host;
}
