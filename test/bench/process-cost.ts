import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time by hundredths of a second in /proc. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process used so far, all its threads, from /proc/PID/stat. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in brackets, and may hold spaces; user and system time are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Bytes resident now and at most so far, from /proc/PID/status. */
export function residentBytes(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: 1_024 * kib('VmRSS'), most: 1_024 * kib('VmHWM') };
}

/** Milliseconds that the threads of a process were on a processor, to the nanosecond; those that ended are left out. */
export function threadsMs(pid: number): number {
  const ofThread = (thread: string): number =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ofThread(thread), 0);
}
