import { parseArgs } from 'node:util';
import { ConfigError } from '../config/problems.ts';
import { CannotStart } from '../gateway/cannot-start.ts';
import { type Arguments, CommandFailed, UsageError } from './arguments.ts';
import { version } from './version.ts';

const options = {
  config: { type: 'string', default: 'config/gateway.yaml' },
  set: { type: 'string', multiple: true },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8089' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

interface Command {
  /** What may follow the command, as the usage shows it. */
  readonly words: string;
  /** Whether words, and not only options, may follow. */
  readonly takesWords?: true;
  readonly does: string;
  readonly options: readonly (keyof typeof options)[];
  readonly run: (given: Arguments) => Promise<number>;
}

// Each is loaded when it is asked for: `check` and `trace` need not wait for what only the daemon needs.
const commands: Readonly<Record<string, Command>> = {
  start: {
    words: '',
    does: 'start the gateway',
    options: ['config', 'set'],
    run: async (given) => (await import('./start.ts')).start(given),
  },
  check: {
    words: '',
    does: 'check the configuration and start nothing',
    options: ['config', 'set'],
    run: async (given) => (await import('./check.ts')).check(given),
  },
  demo: {
    words: '',
    does: 'play one interlibrary story with a broker and a kiosk',
    options: [],
    run: async () => (await import('./demo.ts')).demo(),
  },
  trace: {
    words: '<barcode | request id | trace id>',
    takesWords: true,
    does: 'what happened to it, across both protocols',
    options: ['config', 'set'],
    run: async (given) => (await import('./trace.ts')).trace(given),
  },
  work: {
    words: '',
    does: 'what is not at its end, and what is to be done about it',
    options: ['config', 'set'],
    run: async (given) => (await import('./work.ts')).work(given),
  },
  tasks: {
    words: '[done <number>]',
    takesWords: true,
    does: 'what only people can put right; one of it is done',
    options: ['config', 'set'],
    run: async (given) => (await import('./tasks.ts')).tasks(given),
  },
  job: {
    words: 'list | run <name>',
    takesWords: true,
    does: 'what the gateway does by itself; do one of it now',
    options: ['config', 'set'],
    run: async (given) => (await import('./job.ts')).job(given),
  },
  'simulate-alma': {
    words: '[--host H] [--port N]',
    does: 'run the Alma simulator on its own',
    options: ['host', 'port'],
    run: async (given) => (await import('./simulate-alma.ts')).simulateAlma(given),
  },
};

const readers = Object.keys(commands).filter((name) => commands[name]?.options.includes('config'));

const usage = [
  'circgate <command>',
  '',
  ...Object.entries(commands).map(([name, { words, does }]) => `  ${`${name} ${words}`.padEnd(44)}${does}`),
  '',
  `${new Intl.ListFormat('en-GB').format(readers)} read config/gateway.yaml, or another file with --config FILE;`,
  '--set key=value replaces one of its settings, for instance --set listen.ncip.port=0',
].join('\n');

/**
 * Runs one command. Whatever is wrong with the command line, the configuration, an address or a file is told in plain
 * lines on stderr.
 * @returns the exit code: 0, 1 for what the operator must mend, 2 for a wrong command line.
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const run = read(argv);
    return await run();
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`circgate: ${error.message}\n\n${usage}`);
      return 2;
    }
    if (error instanceof ConfigError || error instanceof CannotStart || error instanceof CommandFailed) {
      console.error(error.message);
      return 1;
    }
    throw error;
  }
}

/** What the command line asks for. Nothing on it is passed over: who writes `check my.yaml` means my.yaml. */
function read(argv: readonly string[]): () => Promise<number> {
  const { values, positionals, tokens } = parsed(argv);
  const [name, ...words] = positionals;
  if (values.version) return say(version);
  if (values.help || name === undefined) return say(usage);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`there is no command "${name}"`);
  const foreign = tokens.find((token) => token.kind === 'option' && !command.options.some((one) => one === token.name));
  if (foreign?.kind === 'option') throw new UsageError(`"${name}" has no option ${foreign.rawName}`);
  if (!command.takesWords && words.length > 0) throw new UsageError(`"${name}" takes no "${words[0]}"`);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65535) throw new UsageError(`"${values.port}" is no port`);
  const { config, set = [], host } = values;
  return () => command.run({ config, set, words, host, port });
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, tokens: true, options });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The first sentence says what is wrong; those after it are about how to write other command lines.
    throw new UsageError(error.message.split('. ')[0]);
  }
}

function say(text: string): () => Promise<number> {
  return async () => {
    console.log(text);
    return 0;
  };
}
