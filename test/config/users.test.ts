import { expect } from 'chai';
import type { WebConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { parseUsers, readUsers } from '../../src/config/users.ts';

const HASH = `$2y$10$${'a'.repeat(53)}`;

describe('the file of users', () => {
  it('has a name with its hash on each line, as htpasswd writes them', () => {
    const text = `# who may look\n\nada:${HASH}\r\n__proto__:${HASH}\n`;
    expect(Object.entries(parseUsers(text))).to.deep.equal([
      ['ada', HASH],
      ['__proto__', HASH],
    ]);
  });

  it('says which line is none, and shows nothing of it', () => {
    const wrong =
      'web.basic_auth_users_file: line 2: not NAME:HASH with a bcrypt hash of cost 4 to 15, seen a value not shown here; write what "htpasswd -nBC 10 NAME" prints';
    for (const line of ['bob:s3cret', 'bob', `:${HASH}`, `bob:${HASH}:x`, `bob:$apr1$${HASH}`]) {
      expect(() => parseUsers(`ada:${HASH}\n${line}`), line).to.throw(wrong);
    }
  });

  it('is refused where it names nobody, which would open the page, or is not there', async () => {
    expect(() => parseUsers('# nobody\n\n')).to.throw(
      'web.basic_auth_users_file: names nobody, seen no line NAME:HASH; write at least one',
    );
    const web: WebConfig = {
      host: '',
      port: 0,
      basicAuthUsers: {},
      tls: undefined,
      basicAuthUsersFile: Secret.inFile('/nowhere/users'),
    };
    const said = await readUsers(web).then(String, String);
    expect(said).to.equal(
      'ConfigError: web.basic_auth_users_file: cannot be read, seen no such file at /nowhere/users; write the path of a file that can be read',
    );
  });
});
