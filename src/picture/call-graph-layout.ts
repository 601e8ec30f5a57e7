import type { ShownNeighbours } from './comparison.ts';

export const GRAPH_WIDTH = 1200;
const BOX = { width: 330, height: 40 };
const ROW = 50;
const CENTRE_HEIGHT = 58;
/** Edges enter the box of the function apart from each other, but not at its corners. */
const CORNER = 8;
const THINNEST = 1.5;
const THICKEST = 12;

export type CallSide = 'caller' | 'self' | 'callee';

/** One function of the picture, in the unit of the text. */
export interface CallBox {
  readonly side: CallSide;
  readonly function: string;
  readonly value: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** From -1, most shrunk of the picture, to 1, most grown. */
  readonly weight: number;
}

/** A call, from the side of the caller to that of the callee. */
export interface CallEdge {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
  readonly weight: number;
  /** By the bytes that go through it. */
  readonly thickness: number;
}

export interface CallGraph {
  readonly boxes: readonly CallBox[];
  readonly edges: readonly CallEdge[];
  readonly height: number;
}

/**
 * Three columns: callers, the function, callees; in each the most on top, all of them centred. Every edge
 * ends at the function, so none can cross another, which is what a library for layered graphs is for.
 */
export function layoutCallGraph(
  name: string,
  { cum, callers, callees }: Pick<ShownNeighbours, 'cum' | 'callers' | 'callees'>,
): CallGraph {
  const largest = Math.max(...[...callers, ...callees].map(absolute), Math.abs(cum));
  const weigh = (value: number) => (largest === 0 ? 0 : value / largest);
  const height = Math.max(callers.length * ROW, callees.length * ROW, CENTRE_HEIGHT);
  const centre = {
    side: 'self',
    function: name,
    value: cum,
    x: (GRAPH_WIDTH - BOX.width) / 2,
    y: (height - CENTRE_HEIGHT) / 2,
    width: BOX.width,
    height: CENTRE_HEIGHT,
    weight: weigh(cum),
  } as const;
  const column = (side: 'caller' | 'callee', x: number): CallBox[] => {
    const all = side === 'caller' ? callers : callees;
    const top = (height - all.length * ROW) / 2 + (ROW - BOX.height) / 2;
    return all.map((one, row) => {
      return { ...one, ...BOX, side, x, y: top + row * ROW, weight: weigh(one.value) };
    });
  };
  const left = column('caller', 0);
  const right = column('callee', GRAPH_WIDTH - BOX.width);
  const edges = [...edgesTo(centre, left), ...edgesTo(centre, right)];
  return { boxes: [...left, centre, ...right], edges, height };
}

function edgesTo(centre: CallBox, boxes: readonly CallBox[]): readonly CallEdge[] {
  const room = centre.height - 2 * CORNER;
  return boxes.map((box, index) => {
    const y = centre.y + CORNER + (room * (index + 0.5)) / boxes.length;
    const outer = { y: box.y + box.height / 2 };
    const thickness = THINNEST + (THICKEST - THINNEST) * Math.abs(box.weight);
    return box.side === 'caller'
      ? { from: { ...outer, x: box.width }, to: { x: centre.x, y }, weight: box.weight, thickness }
      : {
          from: { x: centre.x + centre.width, y },
          to: { ...outer, x: box.x },
          weight: box.weight,
          thickness,
        };
  });
}

function absolute({ value }: { readonly value: number }): number {
  return Math.abs(value);
}
