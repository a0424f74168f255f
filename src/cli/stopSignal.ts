import { constants } from 'node:os';

export interface StopSignal {
  /** Resolves at the first of the signals. */
  readonly received: Promise<void>;
  /** Gives the signals back to Node. */
  release(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens for the signals that ask a process to end; a second one ends it at once, with the status that shells expect. */
export function stopSignal(): StopSignal {
  const { promise: received, resolve } = Promise.withResolvers<void>();
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(128 + constants.signals[signal]);
    asked = true;
    resolve();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    received,
    release() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
