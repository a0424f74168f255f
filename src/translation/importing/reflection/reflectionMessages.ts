import protobuf from 'protobufjs';
import { TranslationFault } from '../../translationFault.ts';

/** A message of the reflection protocol, as far as it is looked at. */
export interface Reflected {
  readonly services: readonly string[];
  /** FileDescriptorProtos. */
  readonly files: readonly Uint8Array[];
  /** Why it has none. */
  readonly error: string | null;
}

type Question = { readonly list: string } | { readonly symbol: string } | { readonly file: string };

/** Field numbers of ServerReflectionRequest, the same in both versions. */
export function writeQuestion(question: Question): Uint8Array {
  const writer = protobuf.Writer.create();
  if ('list' in question) writer.uint32((7 << 3) | 2).string(question.list);
  else if ('symbol' in question) writer.uint32((4 << 3) | 2).string(question.symbol);
  else writer.uint32((3 << 3) | 2).string(question.file);
  return writer.finish();
}

/** A ServerReflectionResponse. Throws a TranslationFault for what is none. */
export function readReflected(bytes: Uint8Array): Reflected {
  const services: string[] = [];
  const files: Uint8Array[] = [];
  let error: string | null = null;
  eachField(bytes, (number, answer) => {
    if (number === 4) eachField(answer, (part, file) => part === 1 && files.push(file));
    else if (number === 6)
      eachField(answer, (part, service) => {
        if (part === 1) eachField(service, (at, name) => at === 1 && services.push(textOf(name)));
      });
    else if (number === 7) {
      error = '';
      eachField(answer, (part, message) => {
        if (part === 2) error = textOf(message);
      });
    }
  });
  return { services, files, error };
}

/** What a FileDescriptorProto is called, and which others it imports. */
export function readFile(bytes: Uint8Array): {
  readonly name: string;
  readonly dependencies: readonly string[];
} {
  const dependencies: string[] = [];
  let name = '';
  eachField(bytes, (number, value) => {
    if (number === 1) name = textOf(value);
    else if (number === 3) dependencies.push(textOf(value));
  });
  return { name, dependencies };
}

/** Calls `take` with each field that has a length. */
function eachField(bytes: Uint8Array, take: (number: number, value: Uint8Array) => unknown): void {
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

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
