import { readFile, stat } from 'node:fs/promises';
import { SluiceError } from '../base/errors.ts';
import type { SupergraphReader } from './supergraphReader.ts';

/**
 * Reads a file when it is not the one it was. Asking the file itself also sees what notifications miss: a symbolic link turned to
 * another target, as Kubernetes does with a ConfigMap, files replaced by a rename, and network file systems.
 */
export function createFileReader(path: string, { maxBytes }: { maxBytes: number }): SupergraphReader {
  let lastSeen: string | null = null;
  return {
    async read() {
      try {
        const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
        const seen = `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
        if (seen === lastSeen) return null;
        if (size > maxBytes) throw unreadable(path, `has ${size} bytes: ${maxBytes} are allowed`);
        const text = await readFile(path, 'utf8');
        lastSeen = seen;
        return text;
      } catch (failure) {
        if (failure instanceof SluiceError) throw failure;
        throw unreadable(path, `cannot be read: ${failure instanceof Error ? failure.message : failure}`);
      }
    },
    close: async () => undefined,
  };
}

function unreadable(path: string, reason: string): SluiceError {
  return new SluiceError('BAD_USER_INPUT', `The supergraph ${path} ${reason}`);
}
