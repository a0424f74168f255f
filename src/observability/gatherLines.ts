import { once } from 'node:events';
import pino from 'pino';

/** Handed to the system at once: 150 access lines, for each write wakes a thread. */
const writtenBytes = 64 * 1024;
/** So much waits for who reads slowly; what comes then is dropped, and counted. */
const mostCharacters = 16 * 1024 ** 2;
/** The longest that a line waits. */
const patienceMs = 500;
/** How long the end of the process waits for a reader of its output, who may not read any more. */
const endPatienceMs = 2_000;
/** The same for a process that ends by a fault. */
const faultPatienceMs = 200;

/** Lines on their way out. */
export interface GatheredLines {
  write(line: string): void;
  /** Starts to write what is still in memory. */
  push(): void;
  /** Waits until all is written. */
  end(): Promise<void>;
}

/**
 * Gathers lines for standard output. pino's own destination would do that too, but it counts the bytes of all it has gathered with each
 * line that it is given (half of what an access line cost), and what it is told to write at once tears a line that is just being written.
 */
export function gatherLines(): GatheredLines {
  const out = pino.destination({ fd: 1, sync: false, maxWrite: 2 * writtenBytes, maxLength: mostCharacters });
  let gathered = '';
  let isWriting = false;
  let isWanted = false;
  let isBroken = false;
  let dropped = 0;
  out.on('drain', () => {
    isWriting = false;
    if (isWanted || dropped > 0) push();
  });
  // A reader that has gone does not come back; a full disk may have room the next time.
  out.on('error', ({ code }: NodeJS.ErrnoException) => {
    isWriting = false;
    isBroken = code === 'EPIPE';
  });

  function push(): void {
    isWanted = isWriting;
    if (isWriting || gathered === '') return;
    const text = gathered + droppedLine(dropped);
    gathered = '';
    dropped = 0;
    isWriting = true;
    out.write(text);
  }
  setInterval(push, patienceMs).unref();
  // A process that ends by a fault says why in its last lines. How far the write under way came nobody can tell any more: it has a moment, and
  // what follows it stands on a line of its own. Before pino's listener, which waits for nothing.
  process.prependOnceListener('exit', () => {
    if (isWriting) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, faultPatienceMs);
      gathered = `\n${gathered}`;
    }
    out.write(gathered);
    out.flushSync();
  });
  return {
    write(line) {
      if (isBroken) return;
      if (gathered.length > mostCharacters) {
        dropped += 1;
        return;
      }
      gathered += line;
      if (gathered.length >= writtenBytes) push();
    },
    push,
    async end() {
      const late = new Promise<boolean>(
        (resolve) => void setTimeout(() => resolve(true), endPatienceMs).unref(),
      );
      let isLate = false;
      for (push(); isWriting && !isLate; push())
        isLate = await Promise.race([
          once(out, 'drain').then(
            () => false,
            () => true,
          ),
          late,
        ]);
    },
  };
}

function droppedLine(lines: number): string {
  if (lines === 0) return '';
  const fields = {
    level: 'warn',
    time: new Date().toISOString(),
    lines,
    msg: 'lines were dropped: nobody read the log',
  };
  return `${JSON.stringify(fields)}\n`;
}
