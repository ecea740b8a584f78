import { refusalKinds } from '../circulation/refusals.ts';
import { type Config, loadConfig } from '../config/load.ts';

/**
 * The configuration that a command line asks for.
 * @throws {ConfigError} with everything that is wrong.
 */
export function configuration(
  { config, set }: { readonly config: string; readonly set: readonly string[] },
  { withoutSecrets = false } = {},
): Config {
  return loadConfig(config, { overrides: set, knownScreens: Object.keys(refusalKinds), withoutSecrets });
}
