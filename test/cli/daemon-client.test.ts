import { expect } from 'chai';
import { z } from 'zod';
import { createDaemonClient } from '../../src/cli/daemon-client.ts';
import { serve, serveTls } from '../support/http-server.ts';

const SILENCES = z.object({ silences: z.array(z.string()) });

describe('a client of the daemon', () => {
  /** What is said where something else answers, of the URL without its login. */
  async function saidOf(status: number, page: string): Promise<string> {
    const server = await serve((_, response) => response.writeHead(status).end(page));
    const url = `${server.url.replace('://', '://ada:secret@')}/under/`;
    const client = createDaemonClient({ url });
    const said = await client.ask({ method: 'GET', path: 'silences' }, SILENCES).then(
      () => 'nothing',
      (error: unknown) => String(error),
    );
    await client.close();
    await server.close();
    return said.replace(server.url, 'URL');
  }

  it('tells that what answers is not heapwarden, what was seen, and what to do', async () => {
    const told = (seen: string) =>
      `Error: URL/under: not an answer of heapwarden, seen ${seen}; let --url or HEAPWARDEN_URL name the address of its web page`;
    const page = '<!doctype html><title>Grafana</title>';
    expect(await saidOf(200, page)).to.equal(told(`200 with HTML ("${page}")`));
    expect(await saidOf(404, '')).to.equal(told('404 with an empty page'));
    expect(await saidOf(200, '{"status":"ok"}')).to.equal(told('200 with "{"status":"ok"}"'));
    expect(await saidOf(500, '{"error":{"code":1}}')).to.contain('500 with "{"error"');
  });

  it('tells what fails on the way there by the names that its own flags have', async () => {
    const asked = async (url: string) => {
      const client = createDaemonClient({ url });
      const said = await client.ask({ method: 'GET', path: 'silences' }, SILENCES).then(
        () => 'nothing',
        (error: unknown) => String(error),
      );
      await client.close();
      return said;
    };
    const server = await serveTls((_, response) => response.end());
    const overTls = await asked(server.url);
    const inTheClear = await asked(server.url.replace('https', 'http'));
    await server.close();
    expect(overTls).to.match(/certificate.*; .*--url.*--ca-file$/);
    expect(inTheClear).to.match(/; .*--url.*https/);
    expect(await asked(server.url)).to.match(/ECONNREFUSED.*is the daemon running.*--url/);
    expect(await saidOf(401, '{"error":"user: needed"}')) //
      .to.equal('Error: user: needed; check --user and --password-file');
  });

  it('says what heapwarden says where it refuses, in one line', async () => {
    expect(await saidOf(400, '{"error":"matchers: \\u001b[31mmissing"}')) //
      .to.equal('Error: matchers: [31mmissing');
  });
});
