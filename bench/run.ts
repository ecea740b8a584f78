import { backgroundDuringADrain, floods, stormOf429s } from './budget.ts';
import { costOfAMessage } from './message.ts';

await costOfAMessage();
await stormOf429s();
await backgroundDuringADrain();
await floods();
