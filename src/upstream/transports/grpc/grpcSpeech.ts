import { ByteBudget } from '../../byteBudget.ts';
import { malformedResponse } from '../../malformedResponse.ts';
import { commonHeaders } from '../translated/commonHeaders.ts';
import { fieldFault } from '../translated/fieldFault.ts';
import { fillTemplate } from '../translated/fillTemplate.ts';
import type { HeaderFields, Speech, WireRequest } from '../translated/speech.ts';
import type { WireObject } from '../translated/wireObject.ts';
import type { Sending } from '../transport.ts';
import type { AnswerReaders } from './answerReaders.ts';
import { askForHealth } from './askForHealth.ts';
import { ByteReader } from './byteReader.ts';
import { encodeMessage } from './encodeMessage.ts';
import { grpcStatus } from './grpcStatus.ts';
import type { MessageTypes } from './messageTypes.ts';
import { metadataOf } from './metadataOf.ts';
import { NotProtobuf } from './notProtobuf.ts';
import { tryOverGrpc } from './tryOverGrpc.ts';

const ok = 0;
const notFound = 5;

/** What a service sends and is sent, ready to be read and written. */
export interface Messages {
  readonly types: MessageTypes;
  readonly readers: AnswerReaders;
}

/** One try in gRPC: all its requests share one connection and one deadline. */
export function grpcSpeech({ types, readers }: Messages, sending: Sending): Speech {
  const { call, target, timeoutMs, signal, isCut, clock, limits, noteBytes } = sending;
  const { subgraph } = call;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  const headers = metadataOf(sending.headers);
  const answers: HeaderFields[] = [];
  const budget = new ByteBudget(limits.maxBytes);
  let bytes = 0;

  return {
    async askOnce(request) {
      const { asking } = request;
      const method = asking.ask.grpc;
      if (!method) throw new Error('A gRPC service asked in another protocol');
      const reply = await tryOverGrpc({
        subgraph,
        channel: target.channel,
        path: `${target.path.replace(/\/$/, '')}${method.path}`,
        headers,
        message: encoded(types, method.request, request),
        timeoutMs: Math.max(0, deadlineMs - clock.monotonicMs()),
        isCut,
        budget,
        maxMessages: limits.maxValues,
        signal,
        clock,
      });
      bytes += reply.bytes;
      noteBytes(bytes);
      answers.push(reply.headers as HeaderFields);
      if (reply.status === notFound && !asking.ask.isMissingError) return null;
      if (reply.status !== ok) throw grpcStatus(reply, subgraph, isCut);
      try {
        const answer = readers.of(asking, method);
        const messages = reply.messages.map((message) => answer.read(new ByteReader(message), 0));
        if (method.isStream) return messages;
        if (messages.length !== 1)
          throw new NotProtobuf(`${messages.length} messages where one was asked for`);
        return messages[0];
      } catch (cause) {
        if (!(cause instanceof NotProtobuf)) throw cause;
        throw malformedResponse(
          subgraph,
          { cause },
          undefined,
          'something that is not the message its API says',
        );
      }
    },
    async greet() {
      const greeting = { ...sending, timeoutMs: Math.max(0, deadlineMs - clock.monotonicMs()) };
      const reply = await askForHealth(greeting, subgraph);
      bytes += reply.bytes;
    },
    bytes: () => bytes,
    headers: () => commonHeaders(answers),
  };
}

/** What the translation says, or else the arguments as they are. */
function encoded(types: MessageTypes, type: string, { asking, scope, members }: WireRequest): Buffer {
  const { request } = asking.ask;
  const value = request ? (fillTemplate(request, scope) as WireObject) : members;
  try {
    return encodeMessage(types.of(type), value);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw fieldFault('BAD_USER_INPUT', `${thrown.message}.`);
    throw thrown;
  }
}
