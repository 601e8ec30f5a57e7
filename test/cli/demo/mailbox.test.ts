import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createTransport } from 'nodemailer';
import { openMailbox } from '../../../src/cli/demo/mailbox.ts';
import type { Mailbox } from '../../../src/cli/demo/mailbox.ts';

describe('the mailbox', () => {
  let folder: string;
  let mailbox: Mailbox;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-test-'));
    mailbox = await openMailbox(join(folder, 'mail'));
  });

  afterEach(async () => {
    await mailbox.stop();
    await rm(folder, { recursive: true });
  });

  const send = async (subject: string, text: string): Promise<void> => {
    const [host, port] = mailbox.address.split(':');
    const transport = createTransport({ host: host!, port: Number(port), ignoreTLS: true });
    await transport.sendMail({ from: 'a@example.com', to: 'b@example.com', subject, text });
    transport.close();
  };

  it('keeps each mail in the order of arrival, decoded, and saved as it came', async () => {
    await send('first: größer', 'long '.repeat(50));
    await send('second', 'Memory allocated in a.(*B).C is not freed.');

    const mails = mailbox.mails();
    expect(mails.map(({ subject }) => subject)).to.deep.equal(['first: größer', 'second']);
    expect(mails[1]!.text.trim()).to.equal('Memory allocated in a.(*B).C is not freed.');
    expect(mails[1]!.file).to.equal(join(folder, 'mail', '0002.eml'));
    expect(await readFile(mails[1]!.file, 'utf8')).to.match(/^Subject: second\r$/m);
  });
});
