import { answerCall } from '../translated/answerCall.ts';
import type { Selections } from '../translated/selections.ts';
import { translationOf } from '../translated/translationOf.ts';
import type { Sending, Transport } from '../transport.ts';
import { restSpeech } from './restSpeech.ts';

/** Answers a call by requests to a REST service. */
export function createSend(selections: Selections): Transport['send'] {
  return async (sending: Sending) => {
    const translation = translationOf(sending.call);
    const speech = restSpeech(translation, sending);
    return await answerCall(sending.call, { translation, selections, speech });
  };
}
