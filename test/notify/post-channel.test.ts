import { expect } from 'chai';
import { createPostChannel } from '../../src/notify/post-channel.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { partsOf, posted, say } from './drawn-channels.ts';

describe('a channel that posts', () => {
  let receiver: WebhookReceiver;
  beforeEach(async () => void (receiver = await openWebhookReceiver()));
  afterEach(() => receiver.close());

  it('quotes neither the address that is configured nor the one that it posts to', async () => {
    const body = 'neither configured-key nor composed-sign';
    receiver.behaviours.push({ status: 400, body });
    const channel = createPostChannel({
      ...partsOf(posted(`${receiver.url}/configured-key`)),
      compose: () => ({ url: `${receiver.url}/?sign=composed-sign`, body: '{}' }),
    });
    expect(await say(channel)).to.deep.equal({
      kind: 'refused',
      reason: 'HTTP 400: neither <secret> nor <secret>',
    });
  });
});
