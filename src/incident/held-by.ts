import { enclosingFunction } from '../goroutine/enclosing.ts';
import { originOf, type Origin } from '../growth/origin.ts';
import type { Suspect } from '../growth/verdict.ts';

/**
 * Whether growth of the heap is that of goroutines that pile up: what they stand on themselves, or
 * memory allocated by a function that they run through or that started them. A goroutine started as
 * `quote.ask.func1` is of `quote.ask`.
 */
export function isHeldBy(heap: Suspect, goroutines: Suspect): boolean {
  const origin = originOf(NOBODY);
  if (origin(heap.function) === 'runtime') return true;
  const path = goroutines.stack.filter((name) => isCode(origin(name)));
  const enclosing = new Set(path.map(enclosingFunction));
  if (enclosing.has(enclosingFunction(heap.function))) return true;
  const root = goroutines.stack.at(-1) ?? '';
  return isCode(origin(root)) && heap.stack.includes(root);
}

/** Nothing is taken for own code: third-party code starts goroutines too. */
const NOBODY = ['none/of/them'];

function isCode(origin: Origin): boolean {
  return origin === 'own' || origin === 'third_party';
}
