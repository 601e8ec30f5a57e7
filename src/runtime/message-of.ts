/**
 * What a failure says for people, without the name of its class. Several attempts at connecting are an
 * AggregateError, which says nothing itself: the first of them speaks.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : [];
  return first === undefined ? error.name : messageOf(first);
}
