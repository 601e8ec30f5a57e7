/**
 * The function that a closure stands in: without what the compiler adds for closures, for wrappers of
 * `go` statements and for bound methods. `quote.ask.func1` and `quote.ask.gowrap1` are of `quote.ask`.
 */
export function enclosingFunction(name: string): string {
  return name.replace(/(?:\.func\d+|\.gowrap\d+|\.\d+|-range\d+|-fm)+$/, '');
}
