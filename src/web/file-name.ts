/** One step of a path, of the signs that saved profiles are named with; nothing hidden, no way up. */
export function isFileName(file: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9.:+_-]*$/.test(file);
}
