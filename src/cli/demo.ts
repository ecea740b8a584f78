import type { Arguments } from './main.ts';
export async function demo(_given: Arguments): Promise<number> {
  return 0;
}
