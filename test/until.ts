import { expect } from 'chai';

/** Waits for what must happen soon: it is there to fail a test that would hang, and asserts no speed. */
export async function until(happened: () => boolean): Promise<void> {
  const latest = performance.now() + 5_000;
  while (!happened() && performance.now() < latest) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(happened(), happened.toString()).to.equal(true);
}
