import pino from 'pino';

/** Handed to the system at once: 150 access lines, for each write wakes a thread. */
const writtenBytes = 64 * 1024;
/** The longest that a line waits. */
const patienceMs = 500;
/** How long the end of the process waits for a reader of its output, who may not read any more. */
const endPatienceMs = 2_000;
/** The same for a process that ends by a fault: what runs no more cannot be told that the last write is over, so it has this long. */
const faultPatienceMs = 1_000;

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
  const out = pino.destination({ fd: 1, sync: false, maxWrite: 2 * writtenBytes });
  let gathered = '';
  let isWriting = false;
  out.on('drain', () => {
    isWriting = false;
  });

  function push(): void {
    if (gathered === '') return;
    const text = gathered;
    gathered = '';
    isWriting = true;
    out.write(text);
  }
  setInterval(push, patienceMs).unref();
  // Its last lines say why a process ended by a fault; what is being written is left to the thread that writes it. Before pino's own listener,
  // which waits for nothing.
  process.prependOnceListener('exit', () => {
    if (isWriting) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, faultPatienceMs);
    push();
    out.flushSync();
  });
  return {
    write(line) {
      gathered += line;
      if (gathered.length >= writtenBytes) push();
    },
    push,
    async end() {
      push();
      if (!isWriting) return;
      await new Promise<void>((resolve) => {
        setTimeout(resolve, endPatienceMs).unref();
        out.once('drain', () => resolve());
      });
    },
  };
}
