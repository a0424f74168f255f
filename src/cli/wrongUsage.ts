import { CommanderError } from 'commander';

/** Options that make no sense as they are; the sentence goes to standard error, and the process ends with 2. */
export function wrongUsage(sentence: string): CommanderError {
  return new CommanderError(2, 'sluice.usage', sentence);
}
