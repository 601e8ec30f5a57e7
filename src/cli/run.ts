import { systemClock } from '../runtime/clock.ts';
import { createLog, type LogLevel } from '../runtime/log.ts';
import { createServiceManager } from '../runtime/service-manager.ts';
import { startDaemon } from '../daemon.ts';

export interface RunOptions {
  readonly config: string;
  readonly logLevel: LogLevel;
}

/** Runs until SIGTERM or SIGINT; SIGHUP applies the configuration file again. Rejects with `ConfigError`. */
export async function runDaemon(options: RunOptions, version: string): Promise<void> {
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
  const reload = () => {
    void (async () => {
      await manager.reloading();
      await daemon.reload();
      await manager.ready(`watching; ${daemon.url}`);
    })();
  };
  process.on('SIGHUP', reload);
  void manager.startWatchdog(systemClock, stopping.signal, () => true);
  await manager.ready(`watching; ${daemon.url}`);
  const signal = await terminationSignal();
  log.info('stopping', { signal });
  process.off('SIGHUP', reload);
  stopping.abort();
  await manager.stopping();
  await daemon.stop();
  log.info('stopped');
}

function terminationSignal(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
  });
}
