import protobuf from 'protobufjs';

/** What is asked: which services there are, or for the file that a name is in, or for a file by its own name. */
export type ReflectionQuestion =
  | { readonly list: string }
  | { readonly symbol: string }
  | { readonly file: string };

/** A ServerReflectionRequest, the same in both versions. */
export function writeQuestion(question: ReflectionQuestion): Uint8Array {
  const writer = protobuf.Writer.create();
  if ('list' in question) writer.uint32((7 << 3) | 2).string(question.list);
  else if ('symbol' in question) writer.uint32((4 << 3) | 2).string(question.symbol);
  else writer.uint32((3 << 3) | 2).string(question.file);
  return writer.finish();
}
