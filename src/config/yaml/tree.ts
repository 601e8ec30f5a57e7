import type { Position } from '../problem.ts';

interface Place {
  /** The way to this value as the user would say it; a value from `target_defaults` keeps that name. */
  readonly where: string;
  readonly at: Position;
  /** Where its key stands; for an item of a list, where the item stands. */
  readonly keyAt: Position;
}

/**
 * What a file says, before anyone asks what it means: every scalar is still text. `unset` is a key
 * without a value; `broken` is a value whose problem has been told already.
 */
export type Tree = Place &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Tree> }
    | { readonly kind: 'list'; readonly items: readonly Tree[] }
    | { readonly kind: 'unset' }
    | { readonly kind: 'broken' }
  );

/** Stands for a broken value in plain data, so that no second problem is told of it. */
export const BROKEN = Symbol('broken');

/** The tree as plain objects, arrays and strings; a key without a value has `undefined`. */
export function plain(tree: Tree): unknown {
  switch (tree.kind) {
    case 'text':
      return tree.text;
    case 'list':
      return tree.items.map(plain);
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, value]) => [key, plain(value)]));
    case 'unset':
      return undefined;
    case 'broken':
      return BROKEN;
  }
}

export function child(tree: Tree | undefined, step: PropertyKey): Tree | undefined {
  if (tree?.kind === 'map') return tree.entries.get(String(step));
  if (tree?.kind === 'list') return tree.items[Number(step)];
  return undefined;
}

export function descend(tree: Tree | undefined, ...path: readonly PropertyKey[]): Tree | undefined {
  return path.reduce<Tree | undefined>(child, tree);
}

export function items(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === 'list' ? tree.items : [];
}

export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'text' ? tree.text : undefined;
}

/** `targets[0]` and `url` make `targets[0].url`; a key that is no plain word is quoted. */
export function joinPath(parent: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${parent}[${step}]`;
  const key = String(step);
  if (!/^[\w-]{1,64}$/.test(key)) return `${parent}[${JSON.stringify(firstWord(key))}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** A key with a space in it is likely a key and its value without the colon, and the value a secret. */
function firstWord(key: string): string {
  const word = /^\S{0,64}/.exec(key)?.[0] ?? '';
  return word === key ? key : `${word}…`;
}
