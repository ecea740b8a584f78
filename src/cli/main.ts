import { parseArgs } from 'node:util';
import { ConfigError } from '../config/problems.ts';
import { CannotListen } from '../gateway/gateway.ts';
import { type Arguments, UsageError } from './arguments.ts';
import { check } from './check.ts';
import { demo } from './demo.ts';
import { simulateAlma } from './simulate-alma.ts';
import { start } from './start.ts';
import { trace } from './trace.ts';

interface Command {
  readonly words: string;
  readonly does: string;
  readonly run: (given: Arguments) => Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  start: { words: '', does: 'start the gateway', run: start },
  check: { words: '', does: 'check the configuration and start nothing', run: check },
  demo: { words: '', does: 'play one interlibrary story with a broker and a kiosk', run: demo },
  trace: { words: '<barcode | request id | trace id>', does: 'what happened to it, across both protocols', run: trace },
  'simulate-alma': { words: '[--host H] [--port N]', does: 'run the Alma simulator on its own', run: simulateAlma },
};

const usage = [
  'circgate <command> [--config config/gateway.yaml] [--set key=value ...]',
  '',
  ...Object.entries(commands).map(([name, { words, does }]) => `  ${`${name} ${words}`.padEnd(44)}${does}`),
  '',
  '--set replaces one setting of gateway.yaml, for instance --set listen.ncip.port=0',
].join('\n');

/**
 * Runs one command. Whatever is wrong with the command line, the configuration or an address is told in plain lines
 * on stderr.
 * @returns the exit code: 0, 1 for what the operator must mend, 2 for a wrong command line.
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const { name, given } = read(argv);
    if (name === undefined) {
      console.log(usage);
      return 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) throw new UsageError(`there is no command "${name}"`);
    return await command.run(given);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`circgate: ${error.message}\n\n${usage}`);
      return 2;
    }
    if (error instanceof ConfigError || error instanceof CannotListen) {
      console.error(error.message);
      return 1;
    }
    throw error;
  }
}

function read(argv: readonly string[]): { name: string | undefined; given: Arguments } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: 'config/gateway.yaml' },
        set: { type: 'string', multiple: true, default: [] },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '8089' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const [name, ...words] = positionals;
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw new UsageError(`"${values.port}" is no port`);
    const { config, set, host } = values;
    return { name: values.help ? undefined : name, given: { config, set, words, host, port } };
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}
