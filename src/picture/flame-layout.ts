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
  const { maxFrames, minWidth, zoom } = options;
  const largest = largestChange(root);
  const ancestors = nodesOnPath(root, zoom);
  for (let width = minWidth; ; width *= 1.5) {
    const layout = place(ancestors, { minWidth: width, largest });
    if (layout.frames.length <= Math.max(maxFrames, ancestors.length)) return layout;
  }
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

function place(
  ancestors: readonly Step[],
  bounds: { readonly minWidth: number; readonly largest: number },
): FlameLayout {
  const frames: FlameFrame[] = [];
  let hidden = 0;
  let depth = 0;
  const add = ({ node, path }: Step, at: { depth: number; x: number; width: number }): void => {
    const { name, before, after } = node;
    const change = bounds.largest === 0 ? 0 : (after - before) / bounds.largest;
    frames.push({ name, before, after, path, change, ...at });
    depth = Math.max(depth, at.depth + 1);
  };
  const addBelow = (
    { node, path }: Step,
    at: { depth: number; x: number; width: number },
  ): void => {
    let { x } = at;
    node.children.forEach((child, index) => {
      const width = node.weight === 0 ? 0 : (at.width * child.weight) / node.weight;
      const below = { depth: at.depth + 1, x, width };
      x += width;
      if (width < bounds.minWidth) {
        hidden += 1;
        return;
      }
      const step = { node: child, path: pathBelow(path, index) };
      add(step, below);
      addBelow(step, below);
    });
  };
  ancestors.forEach((step, index) => add(step, { depth: index, x: 0, width: 1 }));
  const zoomed = ancestors.at(-1);
  if (zoomed !== undefined) addBelow(zoomed, { depth: ancestors.length - 1, x: 0, width: 1 });
  return { frames, depth, hidden };
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
