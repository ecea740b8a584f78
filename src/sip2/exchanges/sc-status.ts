import { sipDate } from '../call.ts';
import { bxString } from '../messages.ts';
import type { Exchange } from './exchange.ts';

/** 99 SC Status → 98: what this terminal may do here, and how long it should wait. */
export const scStatus: Exchange<'99'> = {
  code: '99',
  perform: async (_request, call) => ({
    code: '98',
    onLineStatus: call.online,
    checkinOk: true,
    checkoutOk: true,
    acsRenewalPolicy: true,
    statusUpdateOk: false,
    // Off-line transactions replayed later are answered like any other, so none is promised to be taken unseen.
    offLineOk: false,
    // Tenths of a second, and longer than our own limit for an answer: else the terminal repeats what is under way.
    timeoutPeriod: Math.ceil(call.answerWithinMs / 100) + 20,
    retriesAllowed: 3,
    dateTimeSync: sipDate(call.now, call),
    protocolVersion: '2.00',
    institutionId: call.terminal.institution.code,
    libraryName: call.terminal.institution.name,
    supportedMessages: bxString(call.offered),
    terminalLocation: call.terminal.id,
  }),
};
