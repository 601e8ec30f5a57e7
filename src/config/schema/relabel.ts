import type { z } from 'zod';
import { RELABEL_ACTIONS, type RelabelRule } from '../discovery-config.ts';
import { relabelRegex } from '../relabel-regex.ts';
import { block, list } from './block.ts';
import type { Finding, Rule } from './block.ts';
import { accept, parsed, refuse, scalar } from './scalar.ts';
import { choice, whole } from './values.ts';

const NEED_TARGET = new Set([
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
]);

/** With the defaults that Prometheus has (configuration, relabel_config). */
export function relabelSchema(): z.ZodType<RelabelRule> {
  return block(
    {
      action: choice(RELABEL_ACTIONS).default('replace'),
      source_labels: list(labelName(), 'labels').default([]),
      separator: anyText('a separator').default(';'),
      regex: regex().default('(.*)'),
      modulus: whole({ min: 1, max: 2 ** 31 }).optional(),
      target_label: anyText('the name of a label').optional(),
      replacement: anyText('a replacement').default('$1'),
    },
    [needsTarget, needsModulus],
  ).transform((rule) => ({
    action: rule.action,
    sourceLabels: rule.source_labels,
    separator: rule.separator,
    regex: rule.regex,
    modulus: rule.modulus,
    targetLabel: rule.target_label,
    replacement: rule.replacement,
  }));
}

const needsTarget: Rule = ({ action, target_label }) =>
  typeof action === 'string' && NEED_TARGET.has(action) && target_label === undefined
    ? missing('target_label', `the label that ${action} is about`)
    : undefined;

const needsModulus: Rule = ({ action, modulus }) =>
  action === 'hashmod' && modulus === undefined
    ? missing('modulus', 'into how many parts hashmod divides')
    : undefined;

function missing(key: string, write: string): Finding {
  return { key, message: `missing; write ${write}`, fault: 'missing' };
}

function anyText(what: string) {
  return scalar({ what, write: 'text' }, accept);
}

function labelName() {
  const words = { what: 'the name of a label', write: 'one such as __meta_dns_name' };
  return parsed(words, (text) => (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text) ? text : undefined));
}

function regex() {
  const words = {
    what: 'a regular expression',
    write: 'one of RE2, as in Prometheus, that matches the whole value',
  };
  return scalar(words, (text) =>
    relabelRegex(text) !== undefined ? accept(text) : refuse(`not ${words.what}`, words.write),
  );
}
