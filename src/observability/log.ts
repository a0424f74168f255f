import { Writable } from 'node:stream';
import pino from 'pino';
import { z } from 'zod';
import type { Log } from '../model/log.ts';
import { errorFields } from './errorFields.ts';
import { textLine } from './textLine.ts';

export const logOptions = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('The least severe lines that are written; access lines are info.'),
  format: z
    .enum(['json', 'text'])
    .optional()
    .describe('json for machines, text for people; json unless set, text in `sluice dev`.'),
  access: z
    .boolean()
    .default(true)
    .describe('One line a request; switch off where a proxy in front writes them.'),
});

export interface LogParts {
  /** Where lines go; standard output by default. Tests give their own. */
  readonly destination?: NodeJS.WritableStream;
  /** The format when the options leave it open. */
  readonly defaultFormat?: 'json' | 'text';
}

export interface FlushableLog extends Log {
  /** Writes out the lines still in memory; for the end of the process. */
  flush(): void;
}

const secretPaths = [
  'authorization',
  'cookie',
  '*.authorization',
  '*.cookie',
  '*.token',
  '*.password',
  '*.key',
];

/** Builds the log. JSON lines to standard output are gathered for up to half a second; errors are written at once. */
export function createLog(options: z.output<typeof logOptions>, parts: LogParts = {}): FlushableLog {
  const format = options.format ?? parts.defaultFormat ?? 'json';
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: (thrown: unknown) => errorFields(thrown) },
  };
  if (format === 'text' || parts.destination) {
    const sink = parts.destination ?? process.stdout;
    return logOver(settings, {
      destination: format === 'text' ? translating(sink) : sink,
      flush: () => undefined,
    });
  }
  const buffered = pino.destination({ fd: 1, sync: false, minLength: 16_000, periodicFlush: 500 });
  return logOver(settings, { destination: buffered, flush: () => buffered.flushSync() });
}

/** Secrets are looked for in lines about faults, which may hold anything; info lines consist of fields chosen one by one, and are many. */
function logOver(
  settings: pino.LoggerOptions,
  { destination, flush }: { destination: pino.DestinationStream | NodeJS.WritableStream; flush: () => void },
): FlushableLog {
  const chosen = pino(settings, destination);
  const looked = pino({ ...settings, redact: { paths: secretPaths, censor: '[secret]' } }, destination);
  return {
    debug: (fields, message) => looked.debug(fields, message),
    info: (fields, message) => chosen.info(fields, message),
    warn: (fields, message) => looked.warn(fields, message),
    error(fields, message) {
      looked.error(fields, message);
      flush();
    },
    flush,
  };
}

function translating(sink: NodeJS.WritableStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      sink.write(textLine(line.toString()));
      done();
    },
  });
}
