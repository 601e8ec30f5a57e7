import { access, constants } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Config, Receiver } from './config.ts';
import type { DiscoveryGroup } from './discovery-config.ts';
import { isAnyAddress, urlOfListener } from './external-url.ts';
import type { ReadConfig } from './load.ts';
import { isLoopback } from './loopback.ts';
import { matchersOfNothing } from './matcher-warnings.ts';
import { explain } from './problem.ts';
import type { Problem } from './problem.ts';
import { reasonOf } from './read-file.ts';
import { child, items, textOf } from './yaml/tree.ts';
import type { Tree } from './yaml/tree.ts';

const MAX_NAMED = 10;

/** What is no mistake, but may not be what was meant; files are taken from `folder`. */
export async function findWarnings(read: ReadConfig, folder: string): Promise<readonly Problem[]> {
  const { config, tree } = read;
  return [
    ...linksOfNoUse(config, tree),
    ...sharesOfNothing(config, tree),
    ...receiverWarnings(config, tree),
    ...matchersOfNothing(config, tree),
    ...(await unreadableFiles(tree, folder)),
  ];
}

function linksOfNoUse(config: Config, tree: Tree): readonly Problem[] {
  const trouble = linkTrouble(config);
  if (trouble === undefined) return [];
  const { at } = child(tree, 'global') ?? tree;
  const message = `${trouble}; write where people reach the page`;
  return [{ at, where: 'global.external_url', message }];
}

/** Why those who are told may not be able to open the links of messages; `undefined` where nothing speaks for it. */
export function linkTrouble({ externalUrl, web, receivers }: Config): string | undefined {
  if (externalUrl !== undefined || !receivers.some(tellsSomebody)) return undefined;
  const begin = `not set, so links in messages begin with ${urlOfListener(web)}`;
  if (isLoopback(web.host)) return `${begin}, which opens on this machine alone`;
  return isAnyAddress(web.host) ? `${begin}, by what this machine calls itself` : undefined;
}

function tellsSomebody(receiver: Receiver): boolean {
  return Object.values(receiver).some((each) => Array.isArray(each) && each.length > 0);
}

/** By a rule, or by the containers of pods, which mostly have one. */
function isToldLimits({ relabel, files, https, dns }: DiscoveryGroup): boolean {
  const isOfPodsAlone = files.length + https.length + dns.length === 0;
  return isOfPodsAlone || relabel.some(({ targetLabel }) => targetLabel === '__memory_limit__');
}

/** Of targets and groups with the same share the first has the warning, and names the others: fleets share their defaults. */
function sharesOfNothing(config: Config, tree: Tree): readonly Problem[] {
  const { targets, discovery = [] } = config;
  const groups = discovery.map((group) =>
    isToldLimits(group) ? undefined : { name: group.name, ...group.template },
  );
  const alike = new Map<string, Lacking[]>();
  for (const [{ at, where }, settings] of [
    ...items(child(tree, 'targets')).map((item, index) => [item, targets[index]] as const),
    ...items(child(tree, 'discovery')).map((item, index) => [item, groups[index]] as const),
  ]) {
    const { name = '', memoryLimitBytes, trigger } = settings ?? {};
    if (memoryLimitBytes !== undefined || trigger?.above.kind !== 'share') continue;
    const share = `${Number((trigger.above.share * 100).toPrecision(6))}%`;
    alike.set(share, [...(alike.get(share) ?? []), { at, where, name }]);
  }
  return [...alike].flatMap(([share, [first, ...others]]) =>
    first === undefined ? [] : [shareOfNothing(share, first, others)],
  );
}

interface Lacking extends Pick<Problem, 'at' | 'where'> {
  readonly name: string;
}

function shareOfNothing(
  share: string,
  { at, where }: Lacking,
  others: readonly Lacking[],
): Problem {
  const so = others.length === 0 ? '' : ` (also for ${listed(others.map(({ name }) => name))})`;
  const message = `memory_limit is not set, so ${share} of it works only where the target tells GOMEMLIMIT; write memory_limit, or a size as trigger.above${so}`;
  return { at, where, message };
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function receiverWarnings(config: Config, tree: Tree): readonly Problem[] {
  const used = new Set(receiversOf(config.route));
  return items(child(tree, 'receivers')).flatMap((receiver, index) => {
    const read = config.receivers[index];
    const at = { at: receiver.at, where: receiver.where };
    if (read === undefined) return [];
    if (!used.has(read.name))
      return [{ ...at, message: 'no route leads to it; name it in a route' }];
    if (tellsSomebody(read)) return [];
    return [{ ...at, message: 'it tells nobody; write email_configs or webhook_configs' }];
  });
}

function receiversOf(route: Config['route']): readonly string[] {
  return [route.receiver, ...route.routes.flatMap(receiversOf)];
}

/** A file may well be there only for the daemon, or only once it runs. */
async function unreadableFiles(tree: Tree, folder: string): Promise<readonly Problem[]> {
  const found = await Promise.all(
    [...namedFiles(tree, ''), ...listFiles(tree)].map(async (named) => {
      const reason = await access(resolve(folder, named.path), constants.R_OK).then(
        () => undefined,
        (error: unknown) => reasonOf(error),
      );
      const write = 'it before the daemon needs it';
      return reason === undefined
        ? []
        : [{ ...named, message: explain(`${named.what ?? ''}cannot be read now`, reason, write) }];
    }),
  );
  return found.flat();
}

interface NamedFile extends Pick<Problem, 'at' | 'where'> {
  readonly path: string;
  /** What is not the very file that is named. */
  readonly what?: string;
}

/** Of `file_sd_configs`: what a pattern finds may come later, while its folder has to be there. */
function listFiles(tree: Tree): readonly NamedFile[] {
  return items(child(tree, 'discovery'))
    .flatMap((group) => items(child(group, 'file_sd_configs')))
    .flatMap((list) => items(child(list, 'files')))
    .flatMap((file) => {
      const path = textOf(file);
      if (path === undefined) return [];
      const isPattern = basename(path).includes('*');
      const named = isPattern ? { path: dirname(path), what: 'its folder ' } : { path };
      return [{ at: file.at, where: file.where, ...named }];
    });
}

/** Every `…_file`, and the `file` of a header; a label may be called anything. */
function namedFiles(tree: Tree, key: string): readonly NamedFile[] {
  if (tree.kind === 'list') return tree.items.flatMap((item) => namedFiles(item, key));
  if (tree.kind === 'map') {
    return key === 'labels'
      ? []
      : [...tree.entries].flatMap(([name, value]) => namedFiles(value, name));
  }
  const path = textOf(tree);
  if (path === undefined || !/(^|_)file$/.test(key)) return [];
  return [{ at: tree.at, where: tree.where, path }];
}
