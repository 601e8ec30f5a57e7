import { createHash } from 'node:crypto';
import type { Matcher, RE2JS } from 're2js';
import type { RelabelRule } from '../config/discovery-config.ts';
import { relabelRegex } from '../config/relabel-regex.ts';

/** Of a target that was found; those that begin with `__` are not kept. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Lays the rules on a target's labels, one after the other, as Prometheus does (model/relabel); `undefined`
 * where one of them drops it. A label without a value is none.
 */
export function relabelled(labels: Labels, rules: readonly RelabelRule[]): Labels | undefined {
  let now: Labels | undefined = labels;
  for (const rule of rules) {
    now = STEPS[rule.action](now, rule);
    if (now === undefined) return undefined;
  }
  return now;
}

type Step = (labels: Labels, rule: RelabelRule) => Labels | undefined;

const STEPS: Readonly<Record<RelabelRule['action'], Step>> = {
  replace,
  keep: (labels, rule) => (matchOf(rule, sourceOf(labels, rule)) ? labels : undefined),
  drop: (labels, rule) => (matchOf(rule, sourceOf(labels, rule)) ? undefined : labels),
  keepequal: (labels, rule) => (isEqual(labels, rule) ? labels : undefined),
  dropequal: (labels, rule) => (isEqual(labels, rule) ? undefined : labels),
  hashmod: (labels, rule) => withTarget(labels, rule, partOf(sourceOf(labels, rule), rule)),
  lowercase: (labels, rule) => withTarget(labels, rule, sourceOf(labels, rule).toLowerCase()),
  uppercase: (labels, rule) => withTarget(labels, rule, sourceOf(labels, rule).toUpperCase()),
  labelmap: mapped,
  labeldrop: (labels, rule) => filtered(labels, (name) => matchOf(rule, name) === undefined),
  labelkeep: (labels, rule) => filtered(labels, (name) => matchOf(rule, name) !== undefined),
};

function replace(labels: Labels, rule: RelabelRule): Labels {
  const match = matchOf(rule, sourceOf(labels, rule));
  if (match === undefined) return labels;
  const name = expanded(rule.targetLabel ?? '', match);
  return isLabelName(name) ? withLabel(labels, name, expanded(rule.replacement, match)) : labels;
}

function mapped(labels: Labels, rule: RelabelRule): Labels {
  let now = labels;
  for (const [name, value] of Object.entries(labels)) {
    const match = matchOf(rule, name);
    const to = match === undefined ? '' : expanded(rule.replacement, match);
    if (isLabelName(to)) now = withLabel(now, to, value);
  }
  return now;
}

function filtered(labels: Labels, isKept: (name: string) => boolean): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => isKept(name)));
}

function withTarget(labels: Labels, { targetLabel = '' }: RelabelRule, value: string): Labels {
  return isLabelName(targetLabel) ? withLabel(labels, targetLabel, value) : labels;
}

function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...others } = labels;
  return value === '' ? others : { ...others, [name]: value };
}

function sourceOf(labels: Labels, { sourceLabels, separator }: RelabelRule): string {
  return sourceLabels.map((name) => valueOf(labels, name)).join(separator);
}

function isEqual(labels: Labels, rule: RelabelRule): boolean {
  return sourceOf(labels, rule) === valueOf(labels, rule.targetLabel ?? '');
}

/** Not what every object has, as `constructor`. */
function valueOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}

/** The last eight bytes of the MD5, as Prometheus takes them. */
function partOf(value: string, { modulus = 1 }: RelabelRule): string {
  const sum = createHash('md5').update(value).digest().readBigUInt64BE(8);
  return String(sum % BigInt(modulus));
}

/** A rule is laid on thousands of targets, and to compile one takes longer than to match. */
const compiled = new WeakMap<RelabelRule, RE2JS>();

function matchOf(rule: RelabelRule, text: string): Matcher | undefined {
  const known = compiled.get(rule) ?? relabelRegex(rule.regex);
  if (known === undefined) throw new Error(`not a regular expression: ${rule.regex}`);
  compiled.set(rule, known);
  const matcher = known.matcher(text);
  return matcher.matches() ? matcher : undefined;
}

/** `$1`, `${1}` and `${name}` as in Go's regexp.Expand, where a group that is not there is empty. */
function expanded(template: string, match: Matcher): string {
  return template.replaceAll(/\$(\$|\{\w+\}|\w+)/g, (_, written: string) => {
    const name = written.replaceAll(/[{}]/g, '');
    return name === '$' ? name : groupOf(match, name);
  });
}

function groupOf(match: Matcher, name: string): string {
  const index = /^\d+$/.test(name) ? Number(name) : match.namedGroups[name];
  return index === undefined || index > match.groupCount() ? '' : (match.group(index) ?? '');
}

function isLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}
