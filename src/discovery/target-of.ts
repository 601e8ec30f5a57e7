import { z } from 'zod';
import type { TargetConfig } from '../config/config.ts';
import type { DiscoveryGroup } from '../config/discovery-config.ts';
import { labelsSchema, ownKeys, RESERVED_LABELS } from '../config/schema/target.ts';
import { size } from '../config/schema/values.ts';
import { relabelled, type Labels } from './relabel.ts';

/** Prometheus refuses a path in it too; of a login nothing is to be told, not even as a name. */
const ADDRESS = /^(\[[0-9A-Fa-f:.]+\]|[^\s/\\?#@:[\]]+)(:\d{1,5})?$/;
const ADDRESS_FORM =
  'HOST:PORT as Prometheus has it, without a scheme, a login or a path (__scheme__, http.basic_auth and __path_prefix__)';
/** Each label and annotation of a pod is two. */
const MAX_GIVEN = 512;
const MAX_LABELS = 64;
export const MAX_VALUE_LENGTH = 1_024;

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
  const given = {
    __scheme__: group.scheme,
    __path_prefix__: group.pathPrefix,
    ...withoutEmpty(found),
  };
  if (isTooMuch(given, MAX_GIVEN)) return refused(found, tooMuch(MAX_GIVEN));
  const labels = relabelled(given, group.relabel);
  return labels === undefined ? { kind: 'dropped' } : madeOf(labels, group);
}

function madeOf(labels: Labels, group: DiscoveryGroup): Outcome {
  const { __address__: address = '', __scheme__: scheme = '' } = labels;
  if (!ADDRESS.test(address)) return refused(labels, `not an address; write ${ADDRESS_FORM}`);
  if (!/^https?$/.test(scheme)) return refused(labels, '__scheme__ is neither http nor https');
  const read = foundSchema.safeParse({
    name: labels['__target__'] ?? nameOf(address),
    url: `${scheme}://${address}${labels['__path_prefix__'] ?? ''}`,
    labels: ofFleet({ ...group.template.labels, ...kept(labels) }, labels['__service__']),
    memory_limit: labels['__memory_limit__'],
  });
  if (!read.success) return refused(labels, firstOf(read.error));
  if (isTooMuch(read.data.labels, MAX_LABELS)) return refused(labels, tooMuch(MAX_LABELS));
  const { memory_limit: memoryLimitBytes, ...own } = read.data;
  const limit = memoryLimitBytes === undefined ? {} : { memoryLimitBytes };
  return { kind: 'target', target: { ...group.template, ...limit, ...own } };
}

function refused(labels: Labels, why: string): Outcome {
  return { kind: 'refused', problem: `${shown(labels)}: ${why}` };
}

/** As in Prometheus a label without a value is none. */
function withoutEmpty(labels: Labels): Labels {
  const entries = Object.entries(labels);
  const given = entries.filter(([, value]) => value !== '');
  return given.length === entries.length ? labels : Object.fromEntries(given);
}

function firstOf({ issues: [issue] }: z.ZodError): string {
  const where = issue?.path.map(String).join('.') ?? '';
  return `${where}: ${issue?.message}`;
}

function isTooMuch(labels: Labels, most: number): boolean {
  const values = Object.values(labels);
  return values.length > most || values.some((value) => value.length > MAX_VALUE_LENGTH);
}

function tooMuch(most: number): string {
  return `more than ${most} labels, or one of more than ${MAX_VALUE_LENGTH} characters`;
}

/** `10.0.0.7-6060`: an address as a name that can be a folder. */
function nameOf(address: string): string {
  return address.replaceAll(/[[\]]/g, '').replaceAll(/[^A-Za-z0-9._-]/g, '-');
}

/** Without those of discovery itself; what every alert sets is told as Prometheus would tell it. */
function kept(labels: Labels): Labels {
  const entries = Object.entries(labels).filter(([name]) => !name.startsWith('__'));
  return Object.fromEntries(
    entries.map(([name, value]) => [RESERVED_LABELS.has(name) ? `exported_${name}` : name, value]),
  );
}

/** Replicas are told to be some by the label `service`: where nobody says it, by who made them. */
function ofFleet(labels: Labels, service: string | undefined): Labels {
  return service === undefined || labels['service'] !== undefined ? labels : { ...labels, service };
}

/** Someone may have put a login before the host, or a token behind it. */
function shown(labels: Labels): string {
  const address = (labels['__address__'] ?? '').replace(/[?#].*$/s, '?<secret>');
  return JSON.stringify(address.replace(/^.*@/s, '<secret>@').slice(0, 80));
}
