import type { Config, Matcher, Route } from './config.ts';
import { anchored } from './matcher.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { child, items } from './yaml/tree.ts';
import type { Tree } from './yaml/tree.ts';

/** What every alert has beside the labels of its target. */
const OF_ALL = ['alertname', 'target', 'severity', 'function', 'kind'] as const;
const SEVERITIES = ['warning', 'critical'] as const;

/** Matchers of routes and of accepted growth that hold for no alert, as where a name is misspelled. */
export function matchersOfNothing(config: Config, tree: Tree): readonly Problem[] {
  const names = labelNames(config);
  return [
    ...ofRoute(config.route, child(tree, 'route'), names),
    ...(config.accepted ?? []).flatMap(({ matchers }, index) =>
      ofMatchers(matchers, child(items(child(tree, 'accepted'))[index], 'matchers'), names),
    ),
  ];
}

/** `undefined` where lists of targets may bring labels of any name. */
function labelNames({ targets, discovery = [] }: Config): readonly string[] | undefined {
  if (targets.length === 0 || discovery.length > 0) return undefined;
  return [...new Set([...OF_ALL, ...targets.flatMap(({ labels }) => Object.keys(labels))])];
}

type Names = ReturnType<typeof labelNames>;

function ofRoute(route: Route, tree: Tree | undefined, names: Names): readonly Problem[] {
  const below = items(child(tree, 'routes'));
  return [
    ...ofMatchers(route.matchers, child(tree, 'matchers'), names),
    ...route.routes.flatMap((each, index) => ofRoute(each, below[index], names)),
  ];
}

function ofMatchers(
  matchers: readonly Matcher[],
  tree: Tree | undefined,
  names: Names,
): readonly Problem[] {
  return items(tree).flatMap(({ at, where }, index) => {
    const matcher = matchers[index];
    const message = matcher === undefined ? undefined : whyOfNothing(matcher, names);
    return message === undefined ? [] : [{ at, where, message }];
  });
}

function whyOfNothing(matcher: Matcher, names: Names): string | undefined {
  const { label, operator } = matcher;
  if (operator.startsWith('!') || holds(matcher, '')) return undefined;
  if (label === 'severity' && !SEVERITIES.some((severity) => holds(matcher, severity)))
    return `holds for no severity; write one of ${SEVERITIES.join(', ')}`;
  if (names === undefined || names.includes(label)) return undefined;
  const meant = nearest(label, names);
  const guess = meant === undefined ? ';' : `, did you mean ${meant}?`;
  return `no target has a label ${label}${guess} write one that they have`;
}

/** Of `=` and `=~`; a label that is not there is empty. */
function holds({ operator, value }: Matcher, seen: string): boolean {
  return operator === '=~' ? anchored(value).test(seen) : value === seen;
}
