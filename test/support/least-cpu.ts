const ROUNDS = 5;

/**
 * The processor time of a piece of work in microseconds: the least of some rounds, for what else the
 * process or the machine does meanwhile only adds.
 */
export function leastCpu(work: () => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...rounds);
}
