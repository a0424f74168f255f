import { TranslationFault } from '../../translationFault.ts';
import { isOptionsOnly } from '../proto/isOptionsOnly.ts';
import type { ReflectionStream } from './openReflection.ts';
import { readFileHead } from './readFileHead.ts';
import { type Reflected, readReflected } from './readReflected.ts';
import { type ReflectionQuestion, writeQuestion } from './writeQuestion.ts';

/** A .proto file, compiled: a FileDescriptorProto. */
export interface ReflectedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const maxServices = 500;
const maxFiles = 2000;

/** The files of all services but those about the server itself, with all that they import, by name. */
export async function gatherFiles(stream: ReflectionStream): Promise<readonly ReflectedFile[]> {
  const files = new Map<string, ReflectedFile>();
  const wanted = new Set<string>();
  const ask = async (question: ReflectionQuestion): Promise<Reflected> =>
    readReflected(await stream.ask(writeQuestion(question)));
  const add = (reflected: Reflected): void => {
    for (const bytes of reflected.files) {
      const { name, dependencies } = readFileHead(bytes);
      if (!files.has(name)) files.set(name, { name, bytes });
      for (const dependency of dependencies) wanted.add(dependency);
    }
    if (files.size > maxFiles) throw new TranslationFault(`it has more than ${maxFiles} files`);
  };

  const { services } = await ask({ list: '' });
  const own = services.filter((name) => !name.startsWith('grpc.'));
  if (own.length === 0) throw new TranslationFault('it tells of no service');
  if (own.length > maxServices) throw new TranslationFault(`it has more than ${maxServices} services`);
  for (const symbol of own) {
    const reflected = await ask({ symbol });
    if (reflected.error !== null)
      throw new TranslationFault(`it does not know its own ${symbol.slice(0, 100)}`);
    add(reflected);
  }
  // Many servers send all that a file imports along, and others that file alone.
  for (const name of wanted) {
    if (files.has(name) || isOptionsOnly(name)) continue;
    const reflected = await ask({ file: name });
    if (reflected.error === null) add(reflected);
    if (!files.has(name) && !name.startsWith('google/protobuf/'))
      throw new TranslationFault(`it imports "${name.slice(0, 100)}", and does not tell what is in it`);
  }
  return [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
