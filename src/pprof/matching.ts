import { normaliseFunction } from './function-name.ts';

/**
 * Of some functions those that a person means by `pattern`: a regular expression on the name; where it
 * matches none, or is no expression, it is taken for the name itself, which may hold brackets and stars. With
 * `[...]` for type arguments, as an alert has it, it is tried as a name first: that also is an expression.
 */
export function matching<T extends { readonly function: string }>(
  functions: readonly T[],
  pattern: string,
): readonly T[] {
  const found = matchers(pattern)
    .map((matches) => functions.filter((each) => matches(each.function)))
    .find((some) => some.length > 0);
  return found ?? [];
}

function matchers(pattern: string): ((name: string) => boolean)[] {
  const literally = (name: string): boolean =>
    name === pattern || normaliseFunction(name) === pattern;
  try {
    const [, flag = '', source = ''] = /^(?:\(\?(i)\))?(.*)$/s.exec(pattern) ?? [];
    const expression = new RegExp(source, flag);
    const matches = (name: string): boolean => expression.test(name);
    return pattern.includes('[...]') ? [literally, matches] : [matches, literally];
  } catch {
    return [literally];
  }
}
