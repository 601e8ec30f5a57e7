import type { z } from 'zod';
import type { Problem } from './problem.ts';
import { TOLD } from './schema/scalar.ts';
import { child, joinPath } from './yaml/tree.ts';
import type { Tree } from './yaml/tree.ts';

/** What the schema found, at the place of the file that is to be changed. */
export function relateIssue(issue: z.core.$ZodIssue, tree: Tree): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n');
    return issue.keys.map((key, index) =>
      problemAt(tree, [...issue.path, key], { message: messages[index] ?? '', isKey: true }),
    );
  }
  if (issue.message === TOLD) return [];
  const isKey = faultOf(issue) === 'key';
  return [problemAt(tree, issue.path, { message: issue.message, isKey })];
}

/** As `relateIssue`, without what a target may still complete: a key that is missing, two that do not fit. */
export function relateDefaultsIssue(issue: z.core.$ZodIssue, tree: Tree): readonly Problem[] {
  const fault = faultOf(issue);
  return fault === 'missing' || fault === 'rule' ? [] : relateIssue(issue, tree);
}

function faultOf(issue: z.core.$ZodIssue): unknown {
  return issue.code === 'custom' ? issue.params?.['fault'] : undefined;
}

interface Said {
  readonly message: string;
  readonly isKey: boolean;
}

/** Where nothing is written, the nearest thing around it is the place. */
function problemAt(tree: Tree, path: readonly PropertyKey[], { message, isKey }: Said): Problem {
  for (const [depth, step] of path.entries()) {
    const next = child(tree, step);
    if (next === undefined) {
      return { at: tree.at, where: path.slice(depth).reduce(joinPath, tree.where), message };
    }
    tree = next;
  }
  return { at: isKey || tree.kind === 'unset' ? tree.keyAt : tree.at, where: tree.where, message };
}
