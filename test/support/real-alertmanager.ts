import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './real-servers.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './until.ts';

export interface RealAlertmanager {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Debian's prometheus-alertmanager on a free port of 127.0.0.1, with empty storage. It tells the
 * webhook at `told` of each group every second; where that is empty, nobody.
 */
export async function startAlertmanager(told = ''): Promise<RealAlertmanager> {
  const [port = 0] = await freePorts(1);
  const folder = tempFolder('alertmanager');
  const config = join(folder, 'alertmanager.yml');
  await writeFile(config, told === '' ? NOBODY : configTelling(told));
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  await until('Alertmanager is ready', 30_000, async () => {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    return ready?.ok === true ? true : undefined;
  });
  return { url, stop };
}

const NOBODY = 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n';

function configTelling(url: string): string {
  return `route:
  receiver: hook
  group_by: [alertname, target]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1s
receivers:
  - name: hook
    webhook_configs: [{ url: '${url}', send_resolved: true }]
`;
}
