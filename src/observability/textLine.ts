import { printable } from './printable.ts';

/** A JSON log line as one short line for people: time, level, message, then the fields. */
export function textLine(json: string): string {
  const { time, level, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return `${printable([clock, String(level).padEnd(5), String(msg), ...rest].join(' '), 2000)}\n`;
}
