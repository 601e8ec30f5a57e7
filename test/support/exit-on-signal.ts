/** Lets a command that is told to end do so by way of `exit`, at which what it started is ended too. */
export function exitOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
}
