import { packageOf } from '../pprof/function-name.ts';

/**
 * Whose code a function is. `standard` is the library, what is vendored into it, and golang.org/x:
 * code that is hardly ever to blame for what its callers keep.
 */
export type Origin = 'own' | 'third_party' | 'standard' | 'runtime';

export type OriginOf = (name: string) => Origin;

/** The stacks of a process, and how often one came to them or left. */
export interface KnownStacks {
  readonly changes: number;
  values(): Iterable<{ readonly functions: readonly string[] }>;
}

/** What was worked out from stacks, for as long as they are the same. */
const commonest = new WeakMap<
  KnownStacks,
  { readonly changes: number; readonly modules: readonly string[] }
>();

/** By the first part of the path, for a module of one's own may have no dot in it either. */
const STANDARD: ReadonlySet<string> = new Set(
  (
    'archive bufio builtin bytes cmp compress container context crypto database debug embed encoding ' +
    'errors expvar flag fmt go hash html image index internal io iter log maps math mime net os path ' +
    'plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text time ' +
    'unicode unique unsafe vendor weak'
  ).split(' '),
);
/** Of the library too; but what merely begins so may well be a module of one's own. */
const STANDARD_PATHS: ReadonlySet<string> = new Set(['arena', 'simd', 'simd/archsimd', 'uuid']);
const ORGANISATION_HOSTS = /^(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)$/;

/**
 * Tells own code by `ownPackages` and `main`; where none are given, by the module that most of the
 * stacks run through.
 */
export function originOf(ownPackages: readonly string[], stacks?: KnownStacks): OriginOf {
  let own = ownPackages.length > 0 ? ownPackages : undefined;
  const known = new Map<string, Origin>();
  return (name) => {
    own ??= stacks === undefined ? [] : commonestModule(stacks);
    const origin = known.get(name) ?? classify(packageOf(name), own);
    known.set(name, origin);
    return origin;
  };
}

function classify(path: string, own: readonly string[]): Origin {
  if (path === 'main' || own.some((prefix) => isWithin(path, prefix))) return 'own';
  if (isWithin(path, 'runtime') || isWithin(path, 'internal/runtime')) return 'runtime';
  return isStandard(path) ? 'standard' : 'third_party';
}

function isWithin(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function isStandard(path: string): boolean {
  if (path === '' || STANDARD_PATHS.has(path)) return true;
  return STANDARD.has(path.split('/', 1)[0] ?? '') || isWithin(path, 'golang.org/x');
}

function commonestModule(stacks: KnownStacks): readonly string[] {
  const { changes } = stacks;
  const known = commonest.get(stacks);
  if (known?.changes === changes) return known.modules;
  const modules = countModules(stacks);
  commonest.set(stacks, { changes, modules });
  return modules;
}

function countModules(stacks: KnownStacks): readonly string[] {
  const votes = new Map<string, number>();
  const modules = new Map<string, string>();
  for (const { functions } of stacks.values()) {
    const voted = new Set<string>();
    for (const name of functions) {
      const module = modules.get(name) ?? moduleOf(name);
      modules.set(name, module);
      voted.add(module);
    }
    for (const module of voted) votes.set(module, (votes.get(module) ?? 0) + 1);
  }
  votes.delete('');
  const [first] = [...votes].sort(([, a], [, b]) => b - a);
  return first === undefined ? [] : [first[0]];
}

/** A guess, for a path does not tell where its module ends; `main` is own in any case, and has no vote. */
function moduleOf(name: string): string {
  const path = packageOf(name);
  if (isStandard(path) || path === 'main') return '';
  const parts = path.split('/');
  const [host = ''] = parts;
  if (!host.includes('.')) return host;
  return parts.slice(0, ORGANISATION_HOSTS.test(host) ? 3 : 2).join('/');
}
