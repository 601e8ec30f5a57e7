import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { messageOf } from './message-of.ts';

const run = promisify(execFile);
const SEND_TIMEOUT_MS = 10_000;

/**
 * What systemd is told of the daemon (sd_notify(3), `Type=notify`). Every call says nothing where no
 * service manager listens, and none rejects; messages arrive in the order they were given.
 */
export interface ServiceManager {
  ready(status: string): Promise<void>;
  /** One line of plain words that `systemctl status` shows. */
  status(text: string): Promise<void>;
  /** To be followed by `ready` when the reload is over. */
  reloading(): Promise<void>;
  stopping(): Promise<void>;
  /**
   * Tells the watchdog at half its interval that the daemon lives, for as long as `isAlive` says so;
   * resolves when `signal` aborts. Without a watchdog it resolves at once.
   */
  startWatchdog(clock: Clock, signal: AbortSignal, isAlive: () => boolean): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function createServiceManager(env: Environment, log: Log): ServiceManager {
  const notify = createNotifier(env, log);
  return {
    ready: (status) => notify('READY=1', statusLine(status)),
    status: (text) => notify(statusLine(text)),
    reloading: () => notify('RELOADING=1'),
    stopping: () => notify('STOPPING=1'),
    startWatchdog: async (clock, signal, isAlive) => {
      const everyMs = watchdogIntervalMs(env);
      if (everyMs === undefined) return;
      let wasAlive = true;
      while (!signal.aborted) {
        const alive = isAlive();
        if (alive) await notify('WATCHDOG=1');
        else if (wasAlive) log.error('watchdog not told: the daemon does not move', { everyMs });
        wasAlive = alive;
        await clock.sleep(everyMs, signal);
      }
    },
  };
}

type Notify = (...assignments: readonly string[]) => Promise<void>;

/**
 * Node has no datagram sockets of the local kind, so systemd's own program does the sending. It waits
 * until the message was taken: systemd tells by the sender's process to which unit a message belongs,
 * and could not when that process were gone already.
 */
function createNotifier(env: Environment, log: Log): Notify {
  const socket = env['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return () => Promise.resolve();
  const options = {
    env: { NOTIFY_SOCKET: socket, PATH: env['PATH'] },
    timeout: SEND_TIMEOUT_MS,
  };
  let given: Promise<void> = Promise.resolve();
  let missing = false;
  const send = async (assignments: readonly string[]): Promise<void> => {
    if (missing) return;
    try {
      await run('systemd-notify', [...assignments], options);
    } catch (error) {
      missing = isNotFound(error);
      log.warn(missing ? 'systemd-notify is not on the path' : 'systemd was not told', {
        message: assignments,
        error: messageOf(error),
      });
    }
  };
  return (...assignments) => {
    given = given.then(() => send(assignments));
    return given;
  };
}

/** Half of what systemd allows, as sd_watchdog_enabled(3) advises; `undefined` where it watches no one or another process. */
function watchdogIntervalMs(env: Environment): number | undefined {
  const allowedUs = Number(env['WATCHDOG_USEC'] ?? '');
  const watched = env['WATCHDOG_PID'] ?? '';
  if (!Number.isSafeInteger(allowedUs) || allowedUs <= 0) return undefined;
  if (watched !== '' && watched !== String(process.pid)) return undefined;
  return allowedUs / 2_000;
}

/** A line break would begin another assignment. */
function statusLine(text: string): string {
  return `STATUS=${text.replaceAll(/\p{Cc}+/gu, ' ')}`;
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
