/** A limit of nothing, of MaxInt64 (Go's "none") or above 2^60 (an unset one of cgroup v1) is none. */
export function memoryLimit(bytes: number | undefined): number | undefined {
  return bytes === undefined || bytes === 0 || bytes > 2 ** 60 ? undefined : bytes;
}
