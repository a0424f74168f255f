import { CommanderError } from 'commander';

/** A command that could not do what it was asked; the sentence goes to standard error, and the process ends with 1. */
export function cliFailure(sentence: string): CommanderError {
  return new CommanderError(1, 'sluice.failed', sentence);
}
