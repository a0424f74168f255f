import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CliContext } from './cliContext.ts';
import { cliFailure } from './cliFailure.ts';

/** The text of a file, or of standard input for `-`. */
export async function readText(file: string, { folder, stdin }: CliContext): Promise<string> {
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    return await readFile(resolve(folder, file), 'utf8');
  } catch (failure) {
    throw cliFailure(`${file} cannot be read: ${readFaultOf(failure)}.`);
  }
}

function readFaultOf(failure: unknown): string {
  const code = failure instanceof Error && 'code' in failure ? failure.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return failure instanceof Error ? failure.message : String(failure);
}
