import protobuf from 'protobufjs';
import { TranslationFault } from '../../translationFault.ts';
import type { OpenFiles } from '../openFiles.ts';
import { isOptionsOnly } from './isOptionsOnly.ts';

/** A .proto file with all that it imports, resolved. Throws a TranslationFault with the reason when it is none. */
export function readProto(main: string, files: OpenFiles): protobuf.Root {
  const root = new protobuf.Root();
  const read = new Set<string>();

  function add(path: string): void {
    if (read.has(path)) return;
    read.add(path);
    const source = files.read(path);
    const { imports = [], weakImports = [] } = within(path, () =>
      protobuf.parse(source, root, { keepCase: true, alternateCommentMode: true }),
    );
    for (const name of [...imports, ...weakImports]) addImport(name, path);
  }
  function addImport(name: string, from: string): void {
    if (read.has(name)) return;
    const common = protobuf.common.get(name);
    if (common?.nested) {
      read.add(name);
      root.addJSON(common.nested);
      return;
    }
    const found = files.find(name, from);
    if (found) add(found);
    else if (!isOptionsOnly(name))
      throw new TranslationFault(
        `${from} imports "${name}", which is neither in its folder nor in those of includes.`,
      );
  }

  add(main);
  within(main, () => root.resolveAll());
  return root;
}

function within<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof TranslationFault) throw thrown;
    const what = thrown instanceof RangeError ? 'it nests too deep' : (thrown as Error).message;
    throw new TranslationFault(`${path} cannot be read as a .proto file: ${what}.`, { cause: thrown });
  }
}
