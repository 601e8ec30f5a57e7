import { isAlias, isMap, isNode, isScalar } from 'yaml';
import type { Node, Pair, Scalar } from 'yaml';
import type { Position, Problem } from '../problem.ts';
import { MAX_DEPTH, TOO_DEEP, parseYaml } from './parse-yaml.ts';
import { joinPath } from './tree.ts';
import type { Tree } from './tree.ts';
import { substitute } from './variables.ts';
import type { Environment } from './variables.ts';

const MAX_VALUES = 100_000;
const TOO_MANY = `more than ${MAX_VALUES} values once aliases are written out; use fewer`;

/** What was read; without a tree where the YAML itself is not sound. */
export interface Written {
  readonly tree: Tree | undefined;
  readonly problems: readonly Problem[];
}

interface Reader {
  readonly env: Environment;
  readonly positionOf: (offset: number) => Position;
  readonly problems: Problem[];
  readonly anchors: Map<string, Node>;
  values: number;
}

/** The way to a node, before it is known what is there. */
interface Step {
  readonly where: string;
  readonly keyAt: Position;
  readonly depth: number;
}

/**
 * Text to tree, with environment variables put in and aliases followed. Depth and number of values are
 * bounded on the way, so that aliases of aliases cannot exhaust the memory.
 */
export function readYaml(text: string, env: Environment): Written {
  const { contents, positionOf, problems } = parseYaml(text);
  if (problems.length > 0) return { tree: undefined, problems };
  const reader: Reader = { env, positionOf, problems: [], anchors: new Map(), values: 0 };
  try {
    const tree = readNode(reader, contents, { where: '', keyAt: { line: 1, col: 1 }, depth: 0 });
    return { tree, problems: reader.problems };
  } catch (error) {
    if (error instanceof TooBig) return { tree: undefined, problems: [error.problem] };
    throw error;
  }
}

/** Ends the reading at once: to go on, even only to count, is what an alias of itself waits for. */
class TooBig extends Error {
  readonly problem: Problem;

  constructor(at: Position, message: string) {
    super(message);
    this.problem = { at, where: 'YAML', message };
  }
}

function readNode(reader: Reader, node: Node | null, step: Step): Tree {
  const at = positionOf(reader, node, step);
  const place = { where: step.where, keyAt: step.keyAt, at };
  reader.values += 1;
  if (reader.values > MAX_VALUES) throw new TooBig(at, TOO_MANY);
  if (step.depth > MAX_DEPTH) throw new TooBig(at, TOO_DEEP);
  if (node === null) return { ...place, kind: 'unset' };
  if (isAlias(node)) return readAlias(reader, node.source, { ...step, keyAt: at });
  if (node.anchor !== undefined) reader.anchors.set(node.anchor, node);
  if (isScalar(node)) return readScalar(reader, node, place);
  if (isMap(node)) return { ...place, kind: 'map', entries: readEntries(reader, node.items, step) };
  return { ...place, kind: 'list', items: readItems(reader, node.items, step) };
}

type Entries = ReadonlyMap<string, Tree>;
type Place = Pick<Tree, 'where' | 'at' | 'keyAt'>;

function readAlias(reader: Reader, anchor: string, step: Step): Tree {
  const node = reader.anchors.get(anchor);
  if (node !== undefined) return readNode(reader, node, { ...step, depth: step.depth + 1 });
  const message = `alias of nothing, seen "*${anchor}"; write &${anchor} before the value it repeats, or quote the text`;
  return broken(reader, { where: step.where, keyAt: step.keyAt, at: step.keyAt }, message);
}

function broken(reader: Reader, place: Place, message: string): Tree {
  reader.problems.push({ at: place.at, where: place.where, message });
  return { ...place, kind: 'broken' };
}

function readScalar(reader: Reader, { value, type }: Scalar, place: Place): Tree {
  const written = typeof value === 'string' ? value : '';
  if (type === 'PLAIN' && /^(|~|null|Null|NULL)$/.test(written)) return { ...place, kind: 'unset' };
  const { text, problems } = substitute(written, reader.env);
  if (problems.length > 0) return broken(reader, place, problems.join('; also '));
  return { ...place, kind: 'text', text };
}

function readItems(reader: Reader, nodes: readonly unknown[], step: Step): readonly Tree[] {
  return nodes.map((node, index) =>
    readNode(reader, isNode(node) ? node : null, {
      where: joinPath(step.where, index),
      keyAt: positionOf(reader, node, step),
      depth: step.depth + 1,
    }),
  );
}

function readEntries(reader: Reader, pairs: readonly Pair[], step: Step): Entries {
  const entries = new Map<string, Tree>();
  for (const { key, value } of pairs) {
    const name = keyName(key);
    const keyAt = positionOf(reader, key, step);
    const where = joinPath(step.where, name ?? '?');
    const below = { where, keyAt, depth: step.depth + 1 };
    const entry = readNode(reader, isNode(value) ? value : null, below);
    const wrong = keyMessage(name, entries);
    if (wrong !== undefined) reader.problems.push({ at: keyAt, where, message: wrong });
    else if (name !== undefined) entries.set(name, entry);
  }
  return entries;
}

function keyName(key: unknown): string | undefined {
  return isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
}

function positionOf(reader: Reader, node: unknown, step: Step): Position {
  const offset = isNode(node) ? node.range?.[0] : undefined;
  return offset === undefined ? step.keyAt : reader.positionOf(offset);
}

function keyMessage(name: string | undefined, entries: Entries): string | undefined {
  if (name === undefined) return 'not a key, seen a list, a block or an alias; write a word';
  const first = entries.get(name);
  if (name === '__proto__') return 'not usable as a key; write another word';
  if (first === undefined) return undefined;
  return `given twice, seen first on line ${first.keyAt.line}; keep one of them`;
}
