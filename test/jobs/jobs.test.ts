import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createJobs } from '../../src/jobs/jobs.ts';
import type { EventName, Events, Log } from '../../src/log/events.ts';

const everySecond = '* * * * * *';

describe('jobs', () => {
  const told: { event: EventName; facts: object }[] = [];
  const log: Log = <E extends EventName>(event: E, facts: Events[E]) => void told.push({ event, facts });
  beforeEach(() => told.splice(0));

  it('run at their time; one that fails is told and runs again', async () => {
    let runs = 0;
    const jobs = createJobs(
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
    jobs.start();
    while (runs < 2) await sleep(50);
    await jobs.stop();
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
    const jobs = createJobs([{ name: 'slow', cron: everySecond, run }], log);
    jobs.start();
    while (ended < 1 || running < 1) await sleep(50);
    const begun = ended + running;
    await jobs.stop();
    expect([most, running, ended]).to.deep.equal([1, 0, begun]);
  });

  it('are run when somebody asks, who joins the run that is under way', async () => {
    let runs = 0;
    let finish = (_said: string): void => undefined;
    const run = (): Promise<string> => {
      runs += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    };
    const jobs = createJobs([{ name: 'asked', cron: '0 0 1 1 *', run }], log);
    expect(jobs.run('another')).to.equal(undefined);
    expect(jobs.list()).to.deep.equal([{ name: 'asked', cron: '0 0 1 1 *', running: false, last: undefined }]);
    const both = [jobs.run('asked'), jobs.run('asked')];
    expect(jobs.list()[0]?.running).to.equal(true);
    finish('done once');
    expect(await Promise.all(both)).to.deep.equal([
      { ok: true, says: 'done once' },
      { ok: true, says: 'done once' },
    ]);
    expect(runs).to.equal(1);
    expect(jobs.list()[0]).to.deep.include({ running: false }).and.to.have.nested.include({ 'last.says': 'done once' });
    await jobs.stop();
    expect(await jobs.run('asked')).to.deep.equal({ ok: false, says: 'the gateway is being stopped' });
    expect(runs).to.equal(1);
  });
});
