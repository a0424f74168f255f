import protobuf from 'protobufjs';
import { TranslationFault } from '../../translationFault.ts';

/** Calls `take` with each field of a message that has a length. Throws a TranslationFault for what is none. */
export function eachField(bytes: Uint8Array, take: (number: number, value: Uint8Array) => unknown): void {
  try {
    const reader = protobuf.Reader.create(bytes);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if ((tag & 7) === 2) take(tag >>> 3, reader.bytes());
      else reader.skipType(tag & 7);
    }
  } catch (cause) {
    if (cause instanceof TranslationFault) throw cause;
    throw new TranslationFault('it answered something that is no message of its reflection', { cause });
  }
}
