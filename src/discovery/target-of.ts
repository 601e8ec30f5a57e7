import { z } from 'zod';
import type { TargetConfig } from '../config/config.ts';
import type { DiscoveryGroup } from '../config/discovery-config.ts';
import { labelsSchema, ownKeys, RESERVED_LABELS } from '../config/schema/target.ts';
import { size } from '../config/schema/values.ts';
import { relabelled, type Labels } from './relabel.ts';

const MAX_LABELS = 64;
const MAX_VALUE_LENGTH = 1_024;

/** What became of one entry of a list. */
export type Outcome =
  | { readonly kind: 'target'; readonly target: TargetConfig }
  /** By a rule. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'refused'; readonly problem: string };

const foundSchema = z.object({
  ...ownKeys(),
  labels: labelsSchema(),
  memory_limit: size().optional(),
});

/** The target that the labels of an entry make, after the rules of its group; the entry is untrusted. */
export function targetOf(found: Labels, group: DiscoveryGroup): Outcome {
  const given = { __scheme__: group.scheme, __path_prefix__: group.pathPrefix, ...found };
  if (isTooMuch(given)) {
    const problem = `${shown(found)}: more than ${MAX_LABELS} labels, or one of more than ${MAX_VALUE_LENGTH} characters`;
    return { kind: 'refused', problem };
  }
  const labels = relabelled(given, group.relabel);
  if (labels === undefined) return { kind: 'dropped' };
  const read = foundSchema.safeParse({
    name: labels['__target__'] ?? nameOf(labels['__address__'] ?? ''),
    url: `${labels['__scheme__']}://${labels['__address__']}${labels['__path_prefix__'] ?? ''}`,
    labels: { ...group.template.labels, ...kept(labels) },
    memory_limit: labels['__memory_limit__'],
  });
  if (!read.success) {
    return { kind: 'refused', problem: `${shown(labels)}: ${firstOf(read.error)}` };
  }
  const { memory_limit: memoryLimitBytes, ...own } = read.data;
  const limit = memoryLimitBytes === undefined ? {} : { memoryLimitBytes };
  return { kind: 'target', target: { ...group.template, ...limit, ...own } };
}

function firstOf({ issues: [issue] }: z.ZodError): string {
  const where = issue?.path.map(String).join('.') ?? '';
  return `${where}: ${issue?.message}`;
}

function isTooMuch(labels: Labels): boolean {
  const entries = Object.entries(labels);
  return (
    entries.length > MAX_LABELS || entries.some(([, value]) => value.length > MAX_VALUE_LENGTH)
  );
}

/** `10.0.0.7-6060`: an address as a name that can be a folder. */
function nameOf(address: string): string {
  return address.replaceAll(/[[\]]/g, '').replaceAll(/[^A-Za-z0-9._-]/g, '-');
}

/** Without those of discovery itself; what every alert sets is told as Prometheus would tell it. */
function kept(labels: Labels): Labels {
  const entries = Object.entries(labels).filter(
    ([name, value]) => !name.startsWith('__') && value !== '',
  );
  return Object.fromEntries(
    entries.map(([name, value]) => [RESERVED_LABELS.has(name) ? `exported_${name}` : name, value]),
  );
}

/** Someone may have put a login before the host. */
function shown(labels: Labels): string {
  return JSON.stringify((labels['__address__'] ?? '').replace(/^.*@/s, '<secret>@').slice(0, 80));
}
