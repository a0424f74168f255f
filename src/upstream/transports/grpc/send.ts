import type { Translation } from '../../../model/translation.ts';
import { answerCall } from '../translated/answerCall.ts';
import type { Selections } from '../translated/selections.ts';
import { translationOf } from '../translated/translationOf.ts';
import type { Sending, Transport } from '../transport.ts';
import { createAnswerReaders } from './answerReaders.ts';
import { grpcSpeech, type Messages } from './grpcSpeech.ts';
import { createMessageTypes } from './messageTypes.ts';

/** Answers a call by requests to a gRPC service. */
export function createSend(selections: Selections): Transport['send'] {
  const described = new WeakMap<Translation, Messages>();

  function messagesOf(translation: Translation): Messages {
    const known = described.get(translation);
    if (known) return known;
    const types = createMessageTypes(translation);
    const made = { types, readers: createAnswerReaders(types, translation) };
    described.set(translation, made);
    return made;
  }

  return async (sending: Sending) => {
    const translation = translationOf(sending.call);
    const speech = grpcSpeech(messagesOf(translation), sending);
    return await answerCall(sending.call, { translation, selections, speech });
  };
}
