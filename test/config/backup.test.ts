import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { almaHas } from '../conversations/core-state.ts';
import { requestItem } from '../conversations/messages.ts';
import { World } from '../conversations/world.ts';

const item = '31234000000012';

/** How many legs a copy of the store knows; `undefined` where it has no such table. */
function legsIn(file: string): unknown {
  using copy = new DatabaseSync(file, { readOnly: true });
  try {
    return copy.prepare('select count(*) as legs from legs').get()?.legs;
  } catch {
    return undefined;
  }
}

describe('the back-up that gateway.yaml recommends for store.file', () => {
  let world: World;
  before(async () => {
    world = await World.start();
    await world.ncip(requestItem({ item }));
    expect(almaHas(world, item).holds).to.equal(1);
  });
  after(() => world.stop());

  it('is not a copy of the one file, which may hold nothing yet', async () => {
    const copy = join(world.folder, 'copied.sqlite');
    await copyFile(join(world.folder, 'circgate.sqlite'), copy);
    expect(legsIn(copy)).to.equal(undefined);
  });

  it('is what VACUUM INTO writes beside the running gateway, from a connection of its own', () => {
    const copy = join(world.folder, 'vacuumed.sqlite');
    using reader = new DatabaseSync(join(world.folder, 'circgate.sqlite'), { readOnly: true });
    reader.exec(`VACUUM INTO '${copy}'`);
    expect(legsIn(copy)).to.equal(1);
  });

  it('is every file of it, copied after the gateway has stopped', async () => {
    await world.gateway.stop();
    const copy = join(world.folder, 'stopped.sqlite');
    await copyFile(join(world.folder, 'circgate.sqlite'), copy);
    for (const part of ['-wal', '-shm'])
      await copyFile(join(world.folder, `circgate.sqlite${part}`), `${copy}${part}`).catch(() => undefined);
    expect(legsIn(copy)).to.equal(1);
    await world.startGateway();
  });
});
