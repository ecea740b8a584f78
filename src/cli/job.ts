import { runJobAlone } from '../gateway/gateway.ts';
import type { JobResult, JobStatus } from '../jobs/jobs.ts';
import { cronOf, type JobName, jobNames } from '../jobs/table.ts';
import { createLog } from '../log/logger.ts';
import { type Arguments, UsageError } from './arguments.ts';
import { configuration } from './configuration.ts';
import { act, ask, runningGateway } from './running-gateway.ts';

/**
 * `circgate job list` and `circgate job run NAME`: what the gateway does by itself, asked of the gateway that runs.
 * Only where none runs is a job run by the command itself.
 */
export async function job(given: Arguments): Promise<number> {
  const [action, name = '', ...more] = given.words;
  if (action === 'list' && name === '') return listJobs(given);
  if (action !== 'run' || more.length > 0) throw new UsageError('job wants "list", or "run" and the name of a job');
  const known = jobNames.find((one) => one === name);
  if (known === undefined) throw new UsageError(`there is no job "${name}"; there are: ${jobNames.join(', ')}`);
  return run(known, given);
}

async function listJobs(given: Arguments): Promise<number> {
  const { file } = configuration(given, { withoutSecrets: true }).store;
  const gateway = runningGateway(file);
  const jobs: readonly JobStatus[] =
    gateway === undefined
      ? jobNames.map((name) => ({ name, cron: cronOf(name), running: false }))
      : await ask<JobStatus[]>(gateway, file, 'GET', '/jobs');
  const unknown = gateway === undefined ? 'no gateway runs' : 'not yet since the gateway was started';
  for (const { name, cron, running, last } of jobs) {
    const ended = last === undefined ? unknown : `${last.at}  ${last.ok ? 'ok' : 'failed'}: ${last.says}`;
    console.log(`${name.padEnd(10)}${`${cron} UTC`.padEnd(18)}${running ? 'running now; last: ' : ''}${ended}`);
  }
  return 0;
}

async function run(name: JobName, given: Arguments): Promise<number> {
  const { file } = configuration(given, { withoutSecrets: true }).store;
  const { ok, says } = await act(file, `/jobs/${name}`, () => runHere(name, given));
  if (ok) console.log(says);
  else console.error(`the job ${name} failed: ${says}`);
  return ok ? 0 : 1;
}

/** Without a gateway. What wants a person's attention goes to stderr, beside the result. */
async function runHere(name: JobName, given: Arguments): Promise<JobResult> {
  const config = configuration(given);
  const { log, close } = createLog({ level: 'warn', format: 'text', stream: process.stderr });
  // Its failure is the result of the command, and told as that.
  const quietly: typeof log = (event, facts) => (event === 'job-failed' ? undefined : log(event, facts));
  try {
    return await runJobAlone(config, name, { log: quietly });
  } finally {
    await close();
  }
}
