import { Resolver } from 'node:dns/promises';
import type { DnsDiscovery } from '../config/discovery-config.ts';
import { readParts } from './parts-of-list.ts';
import type { Labels } from './relabel.ts';
import type { Found } from './sources.ts';

/** What is asked of a resolver. */
export type Lookup = Pick<Resolver, 'resolve4' | 'resolve6' | 'resolveSrv'>;

const TIMEOUT_MS = 5_000;
const TRIES = 2;

export function systemLookup(): Lookup {
  return new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
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
  const addresses = await addressesOf(name, config, lookup).catch((error: unknown) => {
    if (isNothing(error)) return [];
    throw new Error(`${name}: ${codeOf(error)}`);
  });
  return addresses.map((address) => ({ __address__: address, __meta_dns_name: name }));
}

/** In an order of their own, since servers turn theirs with each answer. */
async function addressesOf(
  name: string,
  { type, port }: DnsDiscovery,
  lookup: Lookup,
): Promise<readonly string[]> {
  const whole = name.replace(/\.$/, '');
  if (type === 'SRV') {
    const records = await lookup.resolveSrv(whole);
    return records.map((record) => `${record.name}:${record.port}`).toSorted();
  }
  const addresses = type === 'A' ? await lookup.resolve4(whole) : await lookup.resolve6(whole);
  return addresses
    .map((address) => (type === 'A' ? `${address}:${port}` : `[${address}]:${port}`))
    .toSorted();
}

function isNothing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOTFOUND' || code === 'ENODATA';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'not resolved';
}
