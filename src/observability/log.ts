import { Writable } from 'node:stream';
import pino from 'pino';
import { z } from 'zod';
import type { LeveledLog, LogLevel } from '../model/log.ts';
import { gatherLines } from './gatherLines.ts';
import { logLevels } from './logLevels.ts';
import { createRedaction } from './redaction.ts';
import { textLine } from './textLine.ts';

export const logOptions = z.strictObject({
  level: z
    .enum(logLevels)
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
  redact: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Names whose values are never written, besides those of tokens, keys, cookies and passwords: of fields, variables and input fields.',
    ),
});

type LogOptions = Omit<z.output<typeof logOptions>, 'redact'> & { readonly redact?: readonly string[] };

export interface LogParts {
  /** Where lines go; standard output by default. Tests give their own. */
  readonly destination?: NodeJS.WritableStream;
  /** The format when the options leave it open. */
  readonly defaultFormat?: 'json' | 'text';
}

export interface FlushableLog extends LeveledLog {
  /** Writes out the lines still in memory; for the end of the process. */
  flush(): Promise<void>;
}

/** Builds the log. JSON lines to standard output are gathered for up to half a second; errors are written at once. */
export function createLog(options: LogOptions, parts: LogParts = {}): FlushableLog {
  const redact = createRedaction(options.redact ?? []);
  const format = options.format ?? parts.defaultFormat ?? 'json';
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  if (format === 'text' || parts.destination) {
    const sink = parts.destination ?? process.stdout;
    return logOver(settings, {
      redact,
      destination: format === 'text' ? translating(sink) : sink,
      push: () => undefined,
      end: async () => undefined,
    });
  }
  const lines = gatherLines();
  return logOver(settings, { redact, destination: lines, push: lines.push, end: lines.end });
}

interface LogTarget {
  readonly destination: pino.DestinationStream | NodeJS.WritableStream;
  /** Has what was gathered written now. */
  readonly push: () => void;
  /** Waits until all is written. */
  readonly end: () => Promise<void>;
  /** A copy of fields without secrets. */
  readonly redact: (fields: object) => object;
}

/** Secrets are looked for in lines about faults, which may hold anything; info lines consist of fields chosen one by one, and are many. */
function logOver(settings: pino.LoggerOptions, { destination, push, end, redact }: LogTarget): FlushableLog {
  const looked = pino(settings, destination);
  let level = settings.level as LogLevel;
  const infoLine = createInfoLine();
  return {
    get level() {
      return level;
    },
    setLevel(next) {
      level = next;
      looked.level = next;
    },
    debug(fields, message) {
      if (looked.isLevelEnabled('debug')) looked.debug(redact(fields), message);
    },
    info(fields, message) {
      if (!looked.isLevelEnabled('info')) return;
      if ('err' in fields) looked.info(redact(fields), message);
      else destination.write(infoLine(fields, message));
    },
    warn: (fields, message) => looked.warn(redact(fields), message),
    error(fields, message) {
      looked.error(redact(fields), message);
      push();
    },
    flush: end,
  };
}

/** A line as pino writes it with the settings above, in half the time: there is one for each request. */
function createInfoLine(): (fields: object, message: string) => string {
  let atMs = 0;
  let time = '';
  return (fields, message) => {
    const nowMs = Date.now();
    if (nowMs !== atMs) {
      atMs = nowMs;
      time = new Date(nowMs).toISOString();
    }
    const members = JSON.stringify(fields).slice(1, -1);
    return `{"level":"info","time":"${time}",${members}${members === '' ? '' : ','}"msg":${JSON.stringify(message)}}\n`;
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
