import { expect } from 'chai';
import { userInfo } from 'node:os';
import { osUser } from '../../src/cli/os-user.ts';

const nobody = () => {
  throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
};

describe('osUser', () => {
  it('is $USER, or else whom the system knows by the number', () => {
    expect(osUser({ USER: 'ada' }, nobody)).to.equal('ada');
    for (const environment of [{}, { USER: '' }]) {
      expect(osUser(environment, () => ({ username: 'bob' }))).to.equal('bob');
      expect(osUser(environment)).to.equal(userInfo().username);
    }
  });

  it('is nobody where the system has no name for the number', () => {
    expect(osUser({}, nobody)).to.equal(undefined);
  });
});
