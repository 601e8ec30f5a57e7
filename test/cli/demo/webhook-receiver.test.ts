import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { receiveWebhooks } from '../../../src/cli/demo/webhook-receiver.ts';
import type { WebhookReceiver } from '../../../src/cli/demo/webhook-receiver.ts';

const ALERT = {
  status: 'firing',
  labels: { alertname: 'GoHeapLeak', target: 'shop' },
  annotations: { summary: 'something more than is needed' },
  leak: {
    reason: 'it grows',
    suspects: [
      { function: 'a.(*B).C', file: 'b.go', line: 7, inuseBytes: 5, growthBytesPerHour: 60 },
    ],
    profiles: { before: 'http://x/1.pb.gz', after: 'http://x/2.pb.gz', command: 'go tool …' },
  },
};

describe('the webhook receiver', () => {
  let folder: string;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-test-'));
    receiver = await receiveWebhooks(join(folder, 'webhook'));
  });

  afterEach(async () => {
    await receiver.stop();
    await rm(folder, { recursive: true });
  });

  const post = (body: string): Promise<Response> => fetch(receiver.url, { method: 'POST', body });

  it('keeps the alerts of each delivery, and saves the delivery as it came', async () => {
    const body = JSON.stringify({ version: '4', status: 'firing', alerts: [ALERT] });
    expect((await post(body)).status).to.equal(204);

    const [{ alert, file } = { alert: undefined, file: '' }] = receiver.alerts();
    expect(alert?.labels['target']).to.equal('shop');
    expect(alert?.leak.suspects[0]?.function).to.equal('a.(*B).C');
    expect(alert?.leak.profiles?.after).to.equal('http://x/2.pb.gz');
    expect(await readFile(file, 'utf8')).to.equal(body);
  });

  it('refuses with its reason what is no such delivery, and saves that too', async () => {
    const leak = { ...ALERT.leak, suspects: [] };
    const bodies = [
      'no JSON',
      JSON.stringify({ version: '3', alerts: [ALERT] }),
      JSON.stringify({ version: '4', alerts: [{ ...ALERT, leak }] }),
    ];
    for (const [index, body] of bodies.entries()) {
      const response = await post(body);
      expect(response.status, body).to.equal(400);
      expect(await response.text(), body).to.match(/expected/i);
      expect(await readFile(join(folder, 'webhook', `000${index + 1}.json`), 'utf8')).to.equal(
        body,
      );
    }
    expect(receiver.alerts()).to.deep.equal([]);
  });
});
