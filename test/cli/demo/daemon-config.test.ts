import { expect } from 'chai';
import { parse } from 'yaml';
import { daemonConfig } from '../../../src/cli/demo/daemon-config.ts';

describe('daemonConfig', () => {
  it('writes the file of a daemon that watches both services and tells by mail and webhook', () => {
    const config = parse(
      daemonConfig({
        port: 4711,
        dataFolder: '/tmp/a "quoted": folder/data',
        smarthost: '127.0.0.1:2525',
        webhookUrl: 'http://127.0.0.1:8080/alerts',
        targets: [
          { name: 'shop', url: 'http://127.0.0.1:6060', source: '/src/leaky' },
          { name: 'catalog', url: 'http://127.0.0.1:6061', source: '/src/cache' },
        ],
      }),
    );
    expect(config).to.deep.include({
      web: { listen_address: '127.0.0.1:4711' },
      storage: { path: '/tmp/a "quoted": folder/data' },
    });
    expect(config.targets.map((target: { url: string }) => target.url)).to.deep.equal([
      'http://127.0.0.1:6060',
      'http://127.0.0.1:6061',
    ]);
    expect(config.receivers[0]).to.deep.include({
      webhook_configs: [{ url: 'http://127.0.0.1:8080/alerts' }],
    });
  });
});
