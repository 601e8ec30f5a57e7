import { systemClock } from '../runtime/clock.ts';
import { createLog, type LogLevel } from '../runtime/log.ts';
import { createServiceManager } from '../runtime/service-manager.ts';
import type { Signals } from '../runtime/signals.ts';
import { startDaemon } from '../daemon.ts';

export interface RunOptions {
  readonly config: string;
  readonly logLevel: LogLevel;
}

/** What it is started with beside what people choose. */
export interface Start {
  readonly version: string;
  readonly signals: Signals;
}

/** Runs until SIGTERM or SIGINT; SIGHUP applies the configuration file again. Rejects with `ConfigError`. */
export async function runDaemon(options: RunOptions, { version, signals }: Start): Promise<void> {
  const log = createLog(options.logLevel);
  const manager = createServiceManager(process.env, log);
  const stopping = new AbortController();
  const daemon = await startDaemon({
    configFile: options.config,
    env: process.env,
    version,
    clock: systemClock,
    log,
  });
  const reload = async () => {
    await manager.reloading();
    await daemon.reload();
    await manager.ready(`watching; ${daemon.url}`);
  };
  void manager.startWatchdog(systemClock, stopping.signal, () => true);
  await manager.ready(`watching; ${daemon.url}`);
  signals.onHangup(() => void (stopping.signal.aborted ? undefined : reload()));
  const signal = await signals.terminated;
  log.info('stopping', { signal });
  stopping.abort();
  await manager.stopping();
  await daemon.stop();
  log.info('stopped');
}
