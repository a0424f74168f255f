import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * The text of a file; made when there is none, for its owner's eyes only. Of several processes that find none, one makes it and all
 * read what that one made.
 */
export async function readOrCreate(path: string, make: () => string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (failure) {
    if (codeOf(failure) !== 'ENOENT') throw failure;
  }
  await createOnce(path, make());
  return await readFile(path, 'utf8');
}

/** A link to a whole file, unlike writing in place, is there at once or fails because somebody was faster. */
async function createOnce(path: string, content: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
  } catch (failure) {
    if (codeOf(failure) !== 'EEXIST') throw failure;
  } finally {
    await rm(temporary, { force: true });
  }
}

function codeOf(failure: unknown): unknown {
  return typeof failure === 'object' && failure !== null && 'code' in failure ? failure.code : null;
}
