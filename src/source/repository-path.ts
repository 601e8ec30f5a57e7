import type { Place } from '../growth/verdict.ts';
import { packageOf } from '../pprof/function-name.ts';

/** Hosts where a repository is the two parts of the path behind the host. */
const FORGES = /^(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitee\.com)\//;

/**
 * Where a file stands in its repository, whose root is taken to be that of the module:
 * `internal/session/store.go` for a function of `example.com/shop/internal/session` in
 * `/build/shop/internal/session/store.go`, where `example.com/shop` is the team's own package.
 * `undefined` where that cannot be told, as a wrong link is worse than none.
 */
export function repositoryPath(place: Place, ownPackages: readonly string[]): string | undefined {
  const file = place.file.split(/[/\\]/).at(-1) ?? '';
  if (!/^[\w.+-]+\.go$/.test(file)) return undefined;
  const folder = packageOf(place.function);
  if (folder === '' || folder === 'main') return mainPath(place.file, ownPackages);
  const root = rootOf(folder, ownPackages);
  if (root === undefined) return undefined;
  return withinRepository(`${folder.slice(root.length)}/${file}`);
}

/** The import path of `package main` is not told; with `-trimpath` the file's path begins with it. */
function mainPath(file: string, ownPackages: readonly string[]): string | undefined {
  const root = rootOf(file, ownPackages) ?? forgeRootOf(file);
  return root === undefined ? undefined : withinRepository(file.slice(root.length));
}

function rootOf(path: string, ownPackages: readonly string[]): string | undefined {
  const own = ownPackages
    .filter((root) => path === root || path.startsWith(`${root}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  return own ?? forgeRootOf(path);
}

function forgeRootOf(path: string): string | undefined {
  return FORGES.test(path) ? path.split('/').slice(0, 3).join('/') : undefined;
}

function withinRepository(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const isOdd = parts.some((part) => part.startsWith('.') || /[\p{C}\s\\]/u.test(part));
  return isOdd || parts.length === 0 ? undefined : parts.join('/');
}
