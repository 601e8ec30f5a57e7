import { expect } from 'chai';
import { Secret } from '../src/config/secret.ts';
import { settingsForRestart, type StartedWith } from '../src/restart-settings.ts';

describe('settingsForRestart', () => {
  const started = (): StartedWith => ({
    externalUrl: 'https://hw.example.com',
    web: {
      host: '127.0.0.1',
      port: 9899,
      basicAuthUsers: { ada: Secret.of('hash') },
      basicAuthUsersFile: Secret.inFile('/users'),
      tls: { certFile: '/cert', keyFile: '/key' },
    },
    storage: { path: '/data', profilesPerTarget: 64, maxBytes: 2 ** 30 },
  });
  const { web, storage } = started();

  for (const [setting, changed] of [
    ['global.external_url', { externalUrl: undefined }],
    ['web.listen_address', { web: { ...web, port: 1 } }],
    ['web.listen_address', { web: { ...web, host: '' } }],
    ['web.basic_auth_users', { web: { ...web, basicAuthUsers: { ada: Secret.of('other') } } }],
    ['web.basic_auth_users', { web: { ...web, basicAuthUsers: {} } }],
    ['web.basic_auth_users_file', { web: { ...web, basicAuthUsersFile: undefined } }],
    ['web.tls_config', { web: { ...web, tls: undefined } }],
    ['storage.path', { storage: { ...storage, path: '/other' } }],
    ['storage.profiles_per_target', { storage: { ...storage, profilesPerTarget: 2 } }],
    ['storage.max_size', { storage: { ...storage, maxBytes: 1 } }],
  ] as const) {
    it(`names ${setting} where ${Object.keys(changed).join()} changes it`, () => {
      expect(settingsForRestart({ ...started(), ...changed }, started())).to.deep.equal([setting]);
    });
  }

  it('names nothing where the file says the same again', () => {
    expect(settingsForRestart(started(), started())).to.deep.equal([]);
  });
});
