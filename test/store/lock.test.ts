import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openDatabase } from '../../src/store/database.ts';
import { holderOf, holdStore, StoreInUse } from '../../src/store/lock.ts';

describe('the hold on a store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'circgate-hold-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is one hold through a link, also where the link was there before the store', async () => {
    const link = join(folder, 'circgate.sqlite');
    const store = join(folder, 'volume', 'store.sqlite');
    await mkdir(join(folder, 'volume'));
    await symlink('volume/store.sqlite', link);
    const hold = holdStore(link, 'the first');
    const database = await openDatabase(link);
    try {
      for (const path of [link, store]) {
        expect(() => holdStore(path, 'the second')).to.throw(StoreInUse, 'the first');
        expect(holderOf(path)?.doing).to.equal('the first');
      }
    } finally {
      await database.destroy();
      hold.release();
    }
  });
});
