import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startJobs } from '../../src/jobs/jobs.ts';
import type { EventName, Events, Log } from '../../src/log/events.ts';

const everySecond = '* * * * * *';

describe('jobs', () => {
  const told: { event: EventName; facts: object }[] = [];
  const log: Log = <E extends EventName>(event: E, facts: Events[E]) => void told.push({ event, facts });
  beforeEach(() => told.splice(0));

  it('run at their time; one that fails is told and runs again', async () => {
    let runs = 0;
    const stop = startJobs(
      [
        { name: 'works', cron: everySecond, run: async () => 'three things done' },
        {
          name: 'fails',
          cron: everySecond,
          run: async () => {
            runs += 1;
            throw new Error('no luck');
          },
        },
      ],
      log,
    );
    while (runs < 2) await sleep(50);
    await stop();
    const worked = told.find(({ event }) => event === 'job-ran');
    expect(worked?.facts).to.include({ job: 'works', result: 'three things done' });
    const failed = told.find(({ event }) => event === 'job-failed');
    expect(failed?.facts).to.deep.equal({ job: 'fails', why: 'no luck' });
  });

  it('do not overlap themselves, and a stop waits for the one that runs', async () => {
    let running = 0;
    let most = 0;
    let ended = 0;
    const run = async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(1500);
      running -= 1;
      ended += 1;
      return 'slowly';
    };
    const stop = startJobs([{ name: 'slow', cron: everySecond, run }], log);
    while (ended < 1 || running < 1) await sleep(50);
    const begun = ended + running;
    await stop();
    expect([most, running, ended]).to.deep.equal([1, 0, begun]);
  });
});
