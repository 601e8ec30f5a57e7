import { Resolver } from 'node:dns/promises';
import type { DnsDiscovery } from '../config/discovery-config.ts';
import { readBounded } from '../config/read-file.ts';
import { readParts } from './parts-of-list.ts';
import type { Labels } from './relabel.ts';
import { namesToTry, searchPathOf, type SearchPath } from './search-path.ts';
import type { Found } from './sources.ts';

/** What is asked of a resolver. */
export interface Lookup extends Pick<Resolver, 'resolve4' | 'resolve6' | 'resolveSrv'> {
  /** As it is now: the file may change while the daemon runs. */
  readonly searchPath: () => Promise<SearchPath>;
}

const TIMEOUT_MS = 5_000;
const TRIES = 2;
const NOTHING: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);
const NOBODY_ANSWERS: ReadonlySet<string> = new Set(['ETIMEOUT', 'ECONNREFUSED']);
const RESOLV_CONF = '/etc/resolv.conf';

export function systemLookup(resolvConf = RESOLV_CONF): Lookup {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  return Object.assign(resolver, { searchPath: () => readSearchPath(resolvConf) });
}

async function readSearchPath(file: string): Promise<SearchPath> {
  const text = await readBounded(file).catch(() => '');
  return searchPathOf(text.toString());
}

/** An entry for each record of each name. A name that is not there has none, for a service may have no process. */
export async function readDns(
  config: DnsDiscovery,
  lookup: Lookup,
  known: readonly Labels[],
): Promise<Found> {
  const parts = config.names.map((name) => ({
    answer: recordsOf(name, config, lookup),
    isOf: ({ __meta_dns_name }: Labels) => __meta_dns_name === name,
  }));
  await Promise.allSettled(parts.map(({ answer }) => answer));
  return readParts(
    parts.map(({ answer, isOf }) => ({ read: () => answer, isOf })),
    known,
  );
}

async function recordsOf(
  name: string,
  config: DnsDiscovery,
  lookup: Lookup,
): Promise<readonly Labels[]> {
  const addresses = await firstFound(name, config, lookup);
  return addresses.map((address) => ({ __address__: address, __meta_dns_name: name }));
}

/** Of the names that one may mean, that which is there; where one of them could not be asked for, nobody knows. */
async function firstFound(
  name: string,
  config: DnsDiscovery,
  lookup: Lookup,
): Promise<readonly string[]> {
  let failure: Error | undefined;
  for (const whole of namesToTry(name, await lookup.searchPath())) {
    const addresses = await addressesOf(whole, config, lookup).catch((error: unknown) => {
      const code = codeOf(error);
      if (!NOTHING.has(code)) failure ??= new Error(`${name}: ${code}`);
      // The other names would be waited for as long.
      if (failure !== undefined && NOBODY_ANSWERS.has(code)) throw failure;
      return [];
    });
    if (addresses.length > 0) return addresses;
  }
  if (failure !== undefined) throw failure;
  return [];
}

/** In an order of their own, since servers turn theirs with each answer. */
async function addressesOf(
  whole: string,
  { type, port }: DnsDiscovery,
  lookup: Lookup,
): Promise<readonly string[]> {
  if (type === 'SRV') {
    const records = await lookup.resolveSrv(whole);
    return records.map((record) => `${record.name}:${record.port}`).toSorted();
  }
  const addresses = type === 'A' ? await lookup.resolve4(whole) : await lookup.resolve6(whole);
  return addresses
    .map((address) => (type === 'A' ? `${address}:${port}` : `[${address}]:${port}`))
    .toSorted();
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'not resolved';
}
