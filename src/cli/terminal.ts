import { styleText } from 'node:util';

export type Colour = 'red' | 'yellow' | 'green' | 'cyan' | 'bold';

/** Where a command writes: results on standard output, everything else on standard error. */
export interface Terminal {
  /** A line of the result. */
  print(text: string): void;
  /** The result for machines. */
  printJson(value: unknown): void;
  /** A line for the person, on standard error. */
  report(text: string): void;
  /** Colours text for `print`, where standard output is a terminal and NO_COLOR is not set. */
  paint(colour: Colour, text: string): string;
  /** Shows on standard error what is waited for, once it takes longer than a second and if somebody can see it. */
  waitFor<Result>(what: string, work: Promise<Result>): Promise<Result>;
}

type Stream = NodeJS.WriteStream;

const shownAfterMs = 1_000;
const frameMs = 100;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const eraseLine = '\r\x1b[K';

export function createTerminal({ stdout, stderr }: { stdout: Stream; stderr: Stream }): Terminal {
  return {
    print: (text) => void stdout.write(`${text}\n`),
    printJson: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    report: (text) => void stderr.write(`${text}\n`),
    paint: (colour, text) => styleText(colour, text, { stream: stdout }),
    async waitFor(what, work) {
      if (!stderr.isTTY) return work;
      const startedAt = performance.now();
      let drawn = false;
      const draw = (): void => {
        const waitedMs = performance.now() - startedAt;
        if (waitedMs < shownAfterMs) return;
        drawn = true;
        const frame = frames[Math.floor(waitedMs / frameMs) % frames.length];
        stderr.write(`${eraseLine}${frame} ${what} … ${Math.floor(waitedMs / 1000)} s`);
      };
      const timer = setInterval(draw, frameMs);
      try {
        return await work;
      } finally {
        clearInterval(timer);
        if (drawn) stderr.write(eraseLine);
      }
    },
  };
}
