/** A command that cannot be meant as it was written; it ends with the exit code of wrong usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
