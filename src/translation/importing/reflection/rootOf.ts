import protobuf from 'protobufjs';
import descriptor, { type IDescriptorProto } from 'protobufjs/ext/descriptor.js';
import { TranslationFault } from '../../translationFault.ts';
import type { ReflectedFile } from './gatherFiles.ts';

/** Compiled .proto files, resolved, as if they had been read. Throws a TranslationFault with the reason where they do not fit together. */
export function rootOf(files: readonly ReflectedFile[], from: string): protobuf.Root {
  try {
    const file = files.map(({ bytes }) => {
      const read = descriptor.FileDescriptorProto.decode(bytes);
      // Nothing is made of extensions, and what they extend need not be there.
      for (const type of read.messageType ?? []) withoutExtensions(type);
      return { ...read, extension: [] };
    });
    return protobuf.Root.fromDescriptor({ file }, { keepCase: true });
  } catch (thrown) {
    const what = thrown instanceof RangeError ? 'it nests too deep' : (thrown as Error).message;
    throw new TranslationFault(`The reflection of ${from} cannot be read: ${what}.`, { cause: thrown });
  }
}

function withoutExtensions(type: IDescriptorProto): void {
  type.extension = [];
  for (const nested of type.nestedType ?? []) withoutExtensions(nested);
}
