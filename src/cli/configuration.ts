import { type Config, loadConfig } from '../config/load.ts';
import { vocabulary } from '../gateway/vocabulary.ts';

/**
 * The configuration that a command line asks for.
 * @throws {ConfigError} with everything that is wrong.
 */
export function configuration(
  { config, set }: { readonly config: string; readonly set: readonly string[] },
  { withoutSecrets = false } = {},
): Config {
  return loadConfig(config, { overrides: set, vocabulary, withoutSecrets });
}
