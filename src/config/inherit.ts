import { child, items } from './yaml/tree.ts';
import type { Tree } from './yaml/tree.ts';

type Change = (value: Tree) => Tree;

/** Of each group at most one may be given, so that one given here replaces another inherited. */
const ALTERNATIVES: readonly (readonly string[])[] = [
  ['basic_auth', 'authorization'],
  ['password', 'password_file'],
  ['credentials', 'credentials_file'],
  ['proxy_url', 'proxy_url_file'],
  ['auth_password', 'auth_password_file'],
];

const SMTP_PREFIX = 'smtp_';
const PASSED_TO_ROUTES = ['receiver', 'group_wait', 'group_interval', 'repeat_interval'];
const OWN_TO_A_TARGET = ['name', 'url'];

/**
 * Fills in what one part of the file takes from another: targets and `discovery` from `target_defaults`, emails from the
 * `smtp_` keys of `global`, routes from the route above. Values keep the place they were written at.
 */
export function inherit(file: Tree): Tree {
  const defaults = without(child(file, 'target_defaults'), OWN_TO_A_TARGET);
  const smtp = smtpOf(child(file, 'global'));
  return changed(
    file,
    new Map<string, Change>([
      ['targets', (targets) => eachItem(targets, (target) => merge(defaults, target))],
      ['discovery', (groups) => eachItem(groups, (group) => merge(defaults, group))],
      ['receivers', (receivers) => eachItem(receivers, (receiver) => withSmtp(receiver, smtp))],
      ['route', passDown],
    ]),
  );
}

/** `over` laid upon `base`, key by key and deeply; lists and single values are replaced. */
export function merge(base: Tree | undefined, over: Tree): Tree {
  if (base === undefined || base.kind === 'unset') return over;
  if (over.kind === 'unset') return base.kind === 'map' ? { ...base, ...placeOf(over) } : base;
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const replaced of ALTERNATIVES.filter((group) => group.some((key) => isGiven(over, key)))) {
    for (const key of replaced.filter((name) => !over.entries.has(name))) entries.delete(key);
  }
  for (const [key, value] of over.entries) entries.set(key, merge(entries.get(key), value));
  return { ...over, entries };
}

function isGiven(tree: Tree, key: string): boolean {
  const value = child(tree, key);
  return value !== undefined && value.kind !== 'unset' && !isEmptyMap(value);
}

function isEmptyMap(tree: Tree): boolean {
  return tree.kind === 'map' && tree.entries.size === 0;
}

function withSmtp(receiver: Tree, smtp: Tree | undefined): Tree {
  const fill = (emails: Tree) => eachItem(emails, (email) => merge(smtp, email));
  return changed(receiver, new Map([['email_configs', fill]]));
}

/** The `smtp_` keys of `global` by the names they have in an email. */
function smtpOf(global: Tree | undefined): Tree | undefined {
  if (global?.kind !== 'map') return undefined;
  const named = [...global.entries].filter(([key]) => key.startsWith(SMTP_PREFIX));
  return {
    ...global,
    entries: new Map(named.map(([key, tree]) => [key.slice(SMTP_PREFIX.length), tree])),
  };
}

function passDown(route: Tree): Tree {
  if (route.kind !== 'map') return route;
  const passed = new Map<string, Tree>();
  for (const key of PASSED_TO_ROUTES) {
    const value = route.entries.get(key);
    if (value !== undefined) passed.set(key, value);
  }
  // Without a receiver at the top, the routes below are not at fault.
  if (!passed.has('receiver')) passed.set('receiver', { ...placeOf(route), kind: 'broken' });
  const above: Tree = { ...route, entries: passed };
  const fill = (routes: Tree) => eachItem(routes, (below) => passDown(merge(above, below)));
  return changed(route, new Map([['routes', fill]]));
}

function changed(tree: Tree, changes: ReadonlyMap<string, Change>): Tree {
  if (tree.kind !== 'map') return tree;
  const entries = new Map(
    [...tree.entries].map(([key, value]) => [key, changes.get(key)?.(value) ?? value]),
  );
  return { ...tree, entries };
}

function eachItem(tree: Tree, change: (item: Tree) => Tree): Tree {
  return tree.kind === 'list' ? { ...tree, items: items(tree).map(change) } : tree;
}

function placeOf({ where, at, keyAt }: Tree): Pick<Tree, 'where' | 'at' | 'keyAt'> {
  return { where, at, keyAt };
}

function without(tree: Tree | undefined, keys: readonly string[]): Tree | undefined {
  if (tree?.kind !== 'map') return undefined;
  const entries = new Map([...tree.entries].filter(([key]) => !keys.includes(key)));
  return { ...tree, entries };
}
