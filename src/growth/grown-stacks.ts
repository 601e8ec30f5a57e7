import { BLOCKS } from './blocks.ts';
import type { Block, Window } from './blocks.ts';
import type { Epoch, StackHistory } from './epoch.ts';

/** A stack and its growth over a window, between the floors of the first and the last block. */
export interface GrownStack {
  readonly stack: StackHistory;
  /** May be below 0, so that in sums over stacks noise cancels. */
  readonly growthBytes: number;
}

export function grownStacks(epoch: Epoch, { blocks }: Window): readonly GrownStack[] {
  const [first, last] = [blocks.at(-BLOCKS), blocks.at(-1)];
  return [...epoch.stacks.values()].map((stack) => ({
    stack,
    growthBytes: least(stack, last) - least(stack, first),
  }));
}

export function growthByFunction(stacks: readonly GrownStack[]): ReadonlyMap<string, number> {
  const growth = new Map<string, number>();
  for (const { stack, growthBytes } of stacks) {
    for (const name of new Set(stack.functions)) add(growth, name, growthBytes);
  }
  return growth;
}

/** Of what grows below a function, what it allocates itself, or by the library alone. */
export function growthOfItself(
  stacks: readonly GrownStack[],
  name: string,
  isLibrary: (name: string) => boolean,
): number {
  return stacks
    .filter(({ stack: { functions } }) => {
      const at = functions.indexOf(name);
      return at >= 0 && functions.slice(0, at).every(isLibrary);
    })
    .reduce((sum, { growthBytes }) => sum + growthBytes, 0);
}

function add(sums: Map<string, number>, name: string, bytes: number): void {
  sums.set(name, (sums.get(name) ?? 0) + bytes);
}

function least(stack: StackHistory, block: Block | undefined): number {
  return block === undefined ? 0 : stack.leastBetween(block.from, block.to);
}
