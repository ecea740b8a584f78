import { setTimeout as sleep } from 'node:timers/promises';
import { type AlmaSystem, createAlma } from '../src/alma/library-system.ts';
import type { Lane } from '../src/circulation/context.ts';
import { type Simulator, startSimulator } from '../src/simulator/simulator.ts';

/** What becomes of Alma's calls when there are not enough of them: counted by the simulated Alma, in one run. */
const callsPerSecond = 20;
const institution = '01DEMO_INST';

interface Stage {
  readonly simulator: Simulator;
  readonly alma: AlmaSystem;
  /** Asks Alma for a patron of this name, whom it does not know: one call. `true` where Alma was heard. */
  ask(lane: Lane, actor: string, name: string): Promise<boolean>;
  /** The names that Alma was asked for since its last reset, in order. */
  names(): string[];
  /** Calls that Alma had since its last reset. */
  count(): number;
}

async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const simulator = await startSimulator({ host: '127.0.0.1', port: 0, perSecond: 0 });
  const access = { url: simulator.url, apiKey: 'demo-key', callsPerSecond, currency: 'EUR' };
  const alma = createAlma(new Map([[institution, access]]), { log: () => undefined });
  try {
    await play({
      simulator,
      alma,
      ask: (lane, actor, name) =>
        alma
          .patron({ institution: { code: institution }, lane, actor, traceId: name }, name)
          .then(() => true)
          .catch((error: { kind?: unknown }) => error.kind === 'unknown-patron'),
      names: () => simulator.calls().map(({ path }) => path.split('/')[2] ?? ''),
      count: () => simulator.calls().length,
    });
  } finally {
    await alma.close();
    await simulator.stop();
  }
}

let workers = 0;

/** Asks again and again until told to stop; gives how many questions were answered and how many were not. */
function worker(
  { ask }: Stage,
  lane: Lane,
  actor: string,
  pauseMs = 0,
): () => Promise<{ heard: number; lost: number }> {
  let goesOn = true;
  // Equal questions at the same time would be one call.
  workers += 1;
  const name = `${lane}-${workers}`;
  const work = (async () => {
    const counts = { heard: 0, lost: 0 };
    for (let i = 0; goesOn; i += 1) {
      if (await ask(lane, actor, `${name}-${i}`)) counts.heard += 1;
      else counts.lost += 1;
      if (pauseMs > 0) await sleep(pauseMs);
    }
    return counts;
  })();
  return () => {
    goesOn = false;
    return work;
  };
}

/** Every second call is refused for a while: the pace during that, and after. */
export async function stormOf429s(): Promise<void> {
  await onStage(async (stage) => {
    const { simulator, count } = stage;
    const stops = Array.from({ length: 40 }, (_, index) => worker(stage, 'kiosk', `${index}`));
    await sleep(3_000);
    const callsBefore = count();
    const stormSeconds = 8;
    const faults = ['refuse-429', 'latency'];
    for (let i = 0; i < 400; i += 1) await fault(simulator, { fault: faults[i % 2], ms: 0 });
    const inStorm = count();
    await sleep(stormSeconds * 1_000);
    const stormCalls = simulator.calls().slice(inStorm);
    await fetch(`${simulator.url}/simulator/faults`, { method: 'DELETE' });
    const after: number[] = [];
    for (let second = 0; second < 11; second += 1) {
      const start = count();
      await sleep(1_000);
      after.push(count() - start);
    }
    const counts = await Promise.all(stops.map((stop) => stop()));
    const refused = stormCalls.filter(({ status }) => status === 429).length;
    const lost = counts.reduce((sum, each) => sum + each.lost, 0);
    const heard = counts.reduce((sum, each) => sum + each.heard, 0);
    console.log(
      `storm of 429s: ${perSecond(callsBefore, 3)} calls a second before; ${perSecond(stormCalls.length, stormSeconds)} during, ` +
        `${percent(refused, stormCalls.length)} of them refused; then, second by second: ${after.join(' ')}`,
    );
    console.log(`  of ${heard + lost} questions ${percent(heard, heard + lost)} were answered within a kiosk's time`);
  });
}

/** Background work that has much to do, alone and then beside two kiosks. */
export async function backgroundDuringADrain(): Promise<void> {
  await onStage(async (stage) => {
    const stops = Array.from({ length: 20 }, (_, index) => worker(stage, 'background', `${index}`));
    await sleep(5_000);
    const alone = stage.count();
    const kiosks = ['a', 'b'].map((actor) => worker(stage, 'kiosk', actor, 250));
    await sleep(1_000);
    const start = stage.count();
    await sleep(8_000);
    const both = stage.names().slice(start);
    await Promise.all([...stops, ...kiosks].map((stop) => stop()));
    const own = both.filter((name) => name.startsWith('background')).length;
    console.log(
      `drain: background work takes ${percent(alone, 5 * callsPerSecond)} of the pace alone, and ` +
        `${percent(own, 8 * callsPerSecond)} beside two kiosks, which make ${both.length - own} calls to its ${own}`,
    );
  });
}

/** One caller beside a flood: how many calls of others Alma has between its question and its call. */
export async function floods(): Promise<void> {
  const cases: { calm: Lane; flood: Lane }[] = [
    { calm: 'kiosk', flood: 'kiosk' },
    { calm: 'kiosk', flood: 'broker' },
    { calm: 'broker', flood: 'broker' },
    { calm: 'broker', flood: 'kiosk' },
  ];
  const questions = 12;
  for (const { calm, flood } of cases) {
    await onStage(async (stage) => {
      const stops = Array.from({ length: 50 }, () => worker(stage, flood, 'flood'));
      await sleep(1_500);
      const waited: number[] = [];
      for (let i = 0; i < questions; i += 1) {
        const asked = stage.count();
        if (await stage.ask(calm, 'calm', `calm-${i}`)) waited.push(stage.names().indexOf(`calm-${i}`) - asked);
      }
      const lost = questions - waited.length;
      await Promise.all(stops.map((stop) => stop()));
      console.log(
        `flood of 50 ${flood} calls: a ${calm} that is calm waits for ${median(waited)} of them (median), ` +
          `${Math.max(...waited)} at most, and ${lost} of its ${questions} questions are lost; ${callsPerSecond} calls go in a second`,
      );
    });
  }
}

async function fault(simulator: Simulator, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await fetch(`${simulator.url}/simulator/faults`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;
const perSecond = (calls: number, seconds: number): string => (calls / seconds).toFixed(1);
