import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LeakAlert } from './webhook-receiver.ts';
import { LEAKING } from './services.ts';
import type { Told } from './watch.ts';

export interface Folder {
  readonly path: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly dataFolder: string;
  readonly mailFolder: string;
  readonly webhookFolder: string;
}

/** The layout of the demo's folder. */
export function layOut(path: string): Folder {
  return {
    path,
    configFile: join(path, 'heapwarden.yaml'),
    logFile: join(path, 'daemon.log'),
    dataFolder: join(path, 'data'),
    mailFolder: join(path, 'mail'),
    webhookFolder: join(path, 'webhook'),
  };
}

/** Saves the metrics page as it is now, and resolves to the file; rejects where the daemon does not answer. */
export async function saveMetrics(daemonUrl: string, folder: Folder): Promise<string> {
  const response = await fetch(`${daemonUrl}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const file = join(folder.path, 'metrics.txt');
  await writeFile(file, await response.text());
  return file;
}

/** Where everything is, and how to look into it. */
export async function leftoverLines(
  folder: Folder,
  told: Told,
  { go, metricsFile }: { readonly go: boolean; readonly metricsFile: string },
): Promise<string[]> {
  const profiles = profileFolder(folder);
  const saved = await readdir(profiles).catch(() => []);
  return [
    '',
    'All of it is left for you to look at:',
    `  config     ${folder.configFile}`,
    `  mail       ${told.mail.file}`,
    `  webhook    ${told.alertFile}`,
    `  profiles   ${profiles} (${saved.filter((name) => name.endsWith('.pb.gz')).length} of ${LEAKING.name})`,
    `  metrics    ${metricsFile}`,
    `  daemon log ${folder.logFile}`,
    ...(await compareLines(folder, told.alert, go)),
  ];
}

async function compareLines(folder: Folder, alert: LeakAlert, go: boolean): Promise<string[]> {
  const urls = alert.leak.profiles;
  if (urls === undefined) return [];
  const before = savedFile(folder, urls.before);
  const after = savedFile(folder, urls.after);
  const there = await Promise.all([before, after].map((file) => stat(file).catch(() => undefined)));
  if (there.includes(undefined)) return [];
  const command = go
    ? `go tool pprof -top -diff_base ${before} ${after}`
    : `${process.execPath} ${join(import.meta.dirname, '../../main.js')} top ${after} --base ${before}`;
  return ['', 'Compare the two profiles that the alert points to:', `  ${command}`];
}

/** The daemon serves a saved profile under the name of its file. */
function savedFile(folder: Folder, url: string): string {
  return join(profileFolder(folder), decodeURIComponent(url.slice(url.lastIndexOf('/') + 1)));
}

function profileFolder(folder: Folder): string {
  return join(folder.dataFolder, 'profiles', LEAKING.name);
}
