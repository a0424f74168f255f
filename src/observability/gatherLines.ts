import { write, writeSync } from 'node:fs';

/** Handed to the system at once: 150 access lines, for each write wakes a thread. */
const writtenCharacters = 64 * 1024;
/** So much waits for who reads slowly; what comes then is dropped, and counted. */
const mostCharacters = 16 * 1024 ** 2;
/** The longest that a line waits, and how soon a write that failed is tried again. */
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
  /** Waits until all is written, and leaves nothing with the process: neither timer nor listener. A line that comes later is attended to again. */
  end(): Promise<void>;
}

const output = 1;

/**
 * Gathers lines for standard output, and writes them in a thread, one write at a time, so that no line is torn by another. pino's own
 * destination counts the bytes of all it has gathered with each line that it is given (half of what an access line cost), writes into the midst
 * of a write under way when it is told to hurry, and never ends where the disk is full.
 */
export function gatherLines(): GatheredLines {
  let gathered = '';
  let dropped = 0;
  /** What is being written; null when nothing is. */
  let underWay: Buffer | null = null;
  let [isWanted, isGone] = [false, false];
  let onIdle = (): void => undefined;
  /** Null while there is nothing to watch over. */
  let timer: NodeJS.Timeout | null = null;

  function push(): void {
    isWanted = underWay !== null;
    if (underWay !== null || gathered === '') return;
    underWay = Buffer.from(gathered + droppedLine(dropped));
    gathered = '';
    dropped = 0;
    writeOn();
  }
  function writeOn(): void {
    if (!underWay) return;
    write(output, underWay, (failure, count) => {
      if (failure?.code === 'EPIPE')
        isGone = true; // Its reader does not come back.
      else if (failure) {
        setTimeout(writeOn, patienceMs).unref(); // A full disk may have room then.
        return;
      }
      underWay = isGone || !underWay || count >= underWay.length ? null : underWay.subarray(count);
      if (underWay) writeOn();
      else if (isWanted || dropped > 0) push();
      if (!underWay) onIdle();
    });
  }
  function onExit(): void {
    const torn = underWay !== null;
    // How far that write came nobody can tell any more: it has a moment, and what follows it stands on a line of its own.
    if (torn) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, faultPatienceMs);
    if (!isGone && gathered !== '') writeLast(Buffer.from((torn ? '\n' : '') + gathered));
  }
  function attend(): void {
    if (timer) return;
    timer = setInterval(push, patienceMs).unref();
    process.once('exit', onExit);
  }
  /** What could not be written until now is still tried at the end of the process. */
  function leave(): void {
    if (!timer || underWay || gathered !== '') return;
    clearInterval(timer);
    timer = null;
    process.off('exit', onExit);
  }
  return {
    write(line) {
      if (isGone) return;
      if (gathered.length > mostCharacters) {
        dropped += 1;
        return;
      }
      attend();
      gathered += line;
      if (gathered.length >= writtenCharacters) push();
    },
    push,
    async end() {
      push();
      if (!underWay) return leave();
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, endPatienceMs);
        onIdle = () => {
          clearTimeout(late);
          resolve();
        };
      });
      leave();
    },
  };
}

/** What cannot be written now will not be. */
function writeLast(text: Buffer): void {
  try {
    for (let at = 0; at < text.length; ) at += writeSync(output, text, at);
  } catch {
    // The process ends, and there is nobody to tell.
  }
}

function droppedLine(lines: number): string {
  if (lines === 0) return '';
  const told = { level: 'warn', time: new Date().toISOString(), lines };
  return `${JSON.stringify({ ...told, msg: 'lines were dropped: nobody read the log' })}\n`;
}
