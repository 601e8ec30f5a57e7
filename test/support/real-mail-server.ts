import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { MAIL_CERTIFICATE } from './mailbox.ts';
import { freePorts } from './real-servers.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './until.ts';

export const MAIL_LOGIN = { username: 'heapwarden', password: 'p4ssw0rd-of-exim' };

export interface RealMailServer {
  readonly port: number;
  /** What it delivered so far. */
  mails(): Promise<readonly ParsedMail[]>;
  stop(): Promise<void>;
}

/**
 * Debian's exim on a free port of 127.0.0.1, in the foreground and a folder of its own: it takes mail
 * for anybody at example.com but `nobody`, after STARTTLS and a login.
 */
export async function startMailServer(): Promise<RealMailServer> {
  const [port = 0] = await freePorts(1);
  const folder = tempFolder('exim');
  // exim works as a user of its own, whoever starts it.
  for (const name of ['.', 'spool', 'log', 'mail']) {
    await mkdir(join(folder, name), { recursive: true });
    await chmod(join(folder, name), 0o777);
  }
  for (const name of ['cert.pem', 'key.pem']) {
    await copyFile(join(dirname(MAIL_CERTIFICATE), name), join(folder, name));
    await chmod(join(folder, name), 0o644);
  }
  await writeFile(join(folder, 'exim.conf'), configOf(folder, port), { mode: 0o644 });
  const child = spawn('/usr/sbin/exim4', ['-bdf', '-C', join(folder, 'exim.conf')], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('exim answers', 30_000, () => greets(port));
  } catch (error) {
    const log = await readFile(join(folder, 'log/main'), 'utf8').catch(String);
    await stop();
    throw new Error(`exim did not get ready:\n${log}`, { cause: error });
  }
  return { port, mails: () => readMails(join(folder, 'mail/new')), stop };
}

async function greets(port: number): Promise<true | undefined> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    return greeting.toString().startsWith('220') ? true : undefined;
  } finally {
    socket.destroy();
  }
}

async function readMails(folder: string): Promise<readonly ParsedMail[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.map(async (name) => simpleParser(await readFile(join(folder, name)))));
}

function configOf(folder: string, port: number): string {
  return `
primary_hostname = mail.test
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%s
pid_file_path = ${folder}/exim.pid
local_interfaces = <; 127.0.0.1.${port}
daemon_smtp_ports = ${port}
disable_ipv6 = true
host_lookup =
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = rcpt

begin acl
rcpt:
  deny !authenticated = *
       message = log in first
  deny local_parts = nobody
       message = no such mailbox
  accept domains = example.com

begin routers
all:
  driver = accept
  transport = mailbox

begin transports
mailbox:
  driver = appendfile
  directory = ${folder}/mail
  maildir_format
  user = Debian-exim

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${MAIL_LOGIN.username}}}{eq{$auth3}{${MAIL_LOGIN.password}}}}}
  server_set_id = $auth2
`;
}
