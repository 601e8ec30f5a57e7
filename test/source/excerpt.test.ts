import { expect } from 'chai';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readExcerpt } from '../../src/source/excerpt.ts';

describe('readExcerpt', () => {
  let base: string;
  let root: string;

  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'heapwarden-source-'));
    root = join(base, 'repository');
    await mkdir(join(root, 'cart'), { recursive: true });
    const lines = Array.from({ length: 40 }, (_, i) => `\t\tline ${i + 1}`);
    await writeFile(join(root, 'cart/cart.go'), lines.join('\n'));
    await writeFile(join(root, 'cart/long.go'), `\tx := "${'y'.repeat(10_000)}\u202e"\n`);
    await writeFile(join(root, 'cart/binary.go'), 'package cart\n\0\0\n');
    await writeFile(join(root, 'cart/large.go'), 'x\n'.repeat(3 * 2 ** 20));
    await writeFile(join(root, '.env.go'), 'SECRET=1\n');
    await writeFile(join(root, 'secret.txt'), 'secret\n');
    await writeFile(join(base, 'outside.go'), 'outside\n');
    await symlink(join(base, 'outside.go'), join(root, 'cart/link.go'));
  });
  after(() => rm(base, { recursive: true }));

  it('has the lines around the one asked for, without what all are indented by', async () => {
    const lines = await readExcerpt(root, { file: '/build/shop/cart/cart.go', line: 20 });
    expect(lines).to.have.length(11);
    expect(lines![0]).to.deep.equal({ line: 15, text: 'line 15' });
    expect(lines![5]).to.deep.equal({ line: 20, text: 'line 20' });
  });

  it('ends where the file does', async () => {
    expect(await readExcerpt(root, { file: 'cart/cart.go', line: 1 })).to.have.length(6);
    expect(await readExcerpt(root, { file: 'cart/cart.go', line: 40 })).to.have.length(6);
    for (const line of [0, 41, -1]) {
      expect(await readExcerpt(root, { file: 'cart/cart.go', line })).to.equal(undefined);
    }
  });

  it('shows no endless line, and no sign that turns text around', async () => {
    const [line] = (await readExcerpt(root, { file: 'cart/long.go', line: 1 }))!;
    expect(line!.text.length).to.be.at.most(160);
    expect(line!.text).to.not.match(/\u202e/);
  });

  it('reads nothing outside of the root, nothing hidden, huge, binary, or that is no Go', async () => {
    const files = [
      '../outside.go',
      'cart/../../outside.go',
      join(base, 'outside.go'),
      'cart/link.go',
      'cart/large.go',
      'cart/binary.go',
      '.env.go',
      'secret.txt',
      'cart',
      'cart/none.go',
      'cart/cart.go\0',
      '/etc/passwd',
    ];
    for (const file of files) {
      expect(await readExcerpt(root, { file, line: 1 }), file).to.equal(undefined);
    }
    expect(await readExcerpt(join(base, 'none'), { file: 'cart/cart.go', line: 1 })).to.equal(
      undefined,
    );
  });
});
