import { hierarchy, partition } from 'd3-hierarchy';
import type { HierarchyRectangularNode } from 'd3-hierarchy';
import type { FlameNode } from './flame-tree.ts';

/** One rectangle; `x` and `width` are shares of the whole, 0 to 1. */
export interface FlameFrame {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly depth: number;
  readonly x: number;
  readonly width: number;
  /** From -1, most shrunk of all, to 1, most grown; 0 where nothing changed. */
  readonly change: number;
  /** Steps from the root, each the position among its siblings: `0.3.1`; empty at the root. */
  readonly path: string;
}

export interface FlameLayout {
  readonly frames: readonly FlameFrame[];
  /** Rows of rectangles. */
  readonly depth: number;
  /** How many rectangles too narrow to see were left out, each with all above it. */
  readonly hidden: number;
}

export interface LayoutOptions {
  /** The path of the frame that takes the whole width; its callers stand below it, as wide. */
  readonly zoom: string;
  /** Rectangles narrower than this share are left out. */
  readonly minWidth: number;
  readonly maxFrames: number;
}

/** Where each rectangle of the picture is; with too many, the narrowest go. */
export function layoutFlames(root: FlameNode, options: LayoutOptions): FlameLayout {
  const ancestors = nodesOnPath(root, options.zoom);
  const callers = ancestors.slice(0, -1);
  const zoomed = ancestors.at(-1) ?? { node: root, path: '' };
  const { shown, hidden } = widest(place(zoomed.node, options.minWidth), {
    minWidth: options.minWidth,
    most: Math.max(1, options.maxFrames - callers.length),
  });
  const paths = pathsOf(shown, zoomed.path);
  const largest = largestChange(root);
  const frames = [
    ...callers.map((step, depth) => frameOf(step, { depth, x: 0, width: 1, largest })),
    ...shown.map((rectangle) => {
      const { data: node, depth } = rectangle;
      const step = { node, path: paths.get(rectangle) ?? '' };
      return frameOf(step, {
        depth: callers.length + depth,
        ...sharesOf(rectangle, zoomed.node.weight),
        largest,
      });
    }),
  ];
  return { frames, depth: Math.max(...frames.map(({ depth }) => depth + 1)), hidden };
}

interface Step {
  readonly node: FlameNode;
  readonly path: string;
}

/** From the root to the frame zoomed into, as far as the path leads. */
function nodesOnPath(root: FlameNode, zoom: string): readonly Step[] {
  const steps: Step[] = [{ node: root, path: '' }];
  for (const index of zoom === '' ? [] : zoom.split('.').map(Number)) {
    const last = steps.at(-1);
    const node = last?.node.children[index];
    if (node === undefined) break;
    steps.push({ node, path: pathBelow(last?.path ?? '', index) });
  }
  return steps;
}

type Rectangle = HierarchyRectangularNode<FlameNode>;

/** As wide as their weights, so that sums are exact; of what is too narrow to see, only the lowest. */
function place(root: FlameNode, minWidth: number): Rectangle {
  const least = minWidth * root.weight;
  const childrenOf = (node: FlameNode) => (node.weight < least ? [] : node.children);
  const tree = hierarchy(root, childrenOf).sum((node) =>
    childrenOf(node).reduce((own, child) => own - child.weight, node.weight),
  );
  return partition<FlameNode>().size([root.weight, 1])(tree);
}

/** A caller comes before what it calls and is never narrower, so whatever is shown stands on something. */
function widest(
  root: Rectangle,
  { minWidth, most }: { readonly minWidth: number; readonly most: number },
): { readonly shown: readonly Rectangle[]; readonly hidden: number } {
  const all: Rectangle[] = [];
  root.eachBefore((rectangle) => all.push(rectangle));
  const wide = all.filter(({ data }) => data.weight >= minWidth * root.data.weight);
  const kept = new Set(wide.toSorted((a, b) => b.data.weight - a.data.weight).slice(0, most));
  const isHidden = (one: Rectangle) =>
    one.parent !== null && kept.has(one.parent) && !kept.has(one);
  return { shown: all.filter((one) => kept.has(one)), hidden: all.filter(isHidden).length };
}

/** Callers first. */
function pathsOf(shown: readonly Rectangle[], ofFirst: string): ReadonlyMap<Rectangle, string> {
  const paths = new Map(shown.slice(0, 1).map((root) => [root, ofFirst]));
  for (const rectangle of shown) {
    const path = paths.get(rectangle) ?? '';
    rectangle.children?.forEach((child, index) => paths.set(child, pathBelow(path, index)));
  }
  return paths;
}

/** The root takes the whole, also where nothing weighs anything. */
function sharesOf({ x0, x1, depth }: Rectangle, whole: number): Pick<FlameFrame, 'x' | 'width'> {
  if (depth === 0) return { x: 0, width: 1 };
  return whole === 0 ? { x: 0, width: 0 } : { x: x0 / whole, width: (x1 - x0) / whole };
}

function frameOf(
  { node, path }: Step,
  { largest, ...at }: Pick<FlameFrame, 'depth' | 'x' | 'width'> & { readonly largest: number },
): FlameFrame {
  const { name, before, after } = node;
  const change = largest === 0 ? 0 : (after - before) / largest;
  return { name, before, after, path, change, ...at };
}

function pathBelow(path: string, index: number): string {
  return path === '' ? String(index) : `${path}.${index}`;
}

function largestChange(node: FlameNode): number {
  return node.children.reduce(
    (largest, child) => Math.max(largest, largestChange(child)),
    Math.abs(node.after - node.before),
  );
}
