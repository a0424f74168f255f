import { eachField } from './eachField.ts';
import { textIn } from './textIn.ts';

/** What a FileDescriptorProto is called, and which others it imports. */
export function readFileHead(bytes: Uint8Array): {
  readonly name: string;
  readonly dependencies: readonly string[];
} {
  const dependencies: string[] = [];
  let name = '';
  eachField(bytes, (number, value) => {
    if (number === 1) name = textIn(value);
    else if (number === 3) dependencies.push(textIn(value));
  });
  return { name, dependencies };
}
