import { SluiceError } from '../base/errors.ts';

/** What a request's JSON may look like, told before it is parsed. */
const maxDepth = 64;
const maxKeys = 10_000;
/** Above what server.batch.max may be: a body has room for half a million items, which are not worth parsing. */
const maxItems = 1000;

const quote = 0x22;
const colon = 0x3a;
const backslash = 0x5c;

/**
 * One pass over a request's JSON text that refuses what `JSON.parse` would take silently or slowly: nesting and keys without end,
 * a parameter given twice, and numbers that would be rounded. It does not check the grammar; `JSON.parse` does that after it.
 */
export function scanJson(text: string): void {
  const scan = {
    text,
    base: /^\s*\[/.test(text) ? 2 : 1,
    depth: 0,
    keys: 0,
    items: 0,
    parameter: '',
    seen: new Set<string>(),
  };
  let keyAt = 0;
  let keyEnd = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      keyAt = at;
      at = endOfString(text, at);
      keyEnd = at + 1;
    } else if (code === colon) {
      countKey(scan, keyAt, keyEnd);
    } else if (code === 0x7b || code === 0x5b) {
      scan.depth += 1;
      if (scan.depth > maxDepth + scan.base + 1) refuseDepth(scan.parameter);
      if (scan.depth === scan.base) countItem(scan);
    } else if (code === 0x7d || code === 0x5d) {
      scan.depth -= 1;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = endOfNumber(text, at);
      // Shorter ones are exact and finite.
      if (end - at >= 5) checkNumber(text.slice(at, end));
      at = end - 1;
    }
  }
}

interface Scan {
  readonly text: string;
  /** The depth at which the parameters of an operation stand: 1, or 2 in a batch. */
  readonly base: number;
  depth: number;
  keys: number;
  /** Operations: one, or those of a batch. */
  items: number;
  parameter: string;
  readonly seen: Set<string>;
}

function countItem(scan: Scan): void {
  scan.seen.clear();
  scan.items += 1;
  if (scan.items > maxItems) {
    throw new SluiceError(
      'BATCH_LIMIT_EXCEEDED',
      `The batch holds more than ${maxItems} operations, more than can be allowed.`,
    );
  }
}

function countKey(scan: Scan, keyAt: number, keyEnd: number): void {
  scan.keys += 1;
  if (scan.keys > maxKeys) {
    throw new SluiceError(
      'BAD_REQUEST',
      `The body holds more than ${maxKeys} keys, the most that is allowed.`,
    );
  }
  if (scan.depth !== scan.base) return;
  const name = unescaped(scan.text.slice(keyAt, keyEnd));
  if (scan.seen.has(name)) {
    throw new SluiceError('BAD_REQUEST', `The body gives "${name.slice(0, 40)}" twice.`);
  }
  scan.seen.add(name);
  scan.parameter = name;
}

/** The key that a JSON string stands for: the same one can be written in many ways. */
function unescaped(written: string): string {
  if (written.includes('\\')) {
    try {
      return String(JSON.parse(written));
    } catch {
      // Not JSON; whoever parses all of it will say so.
    }
  }
  return written.slice(1, -1);
}

function refuseDepth(parameter: string): never {
  throw new SluiceError(
    parameter === 'variables' ? 'BAD_USER_INPUT' : 'BAD_REQUEST',
    `The body nests deeper than ${maxDepth} levels, the most that is allowed.`,
  );
}

/** The index of the closing quote, or of the last character when there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length - 1 : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    const isPart =
      (code >= 0x30 && code <= 0x39) ||
      code === 0x2e ||
      code === 0x2b ||
      code === 0x2d ||
      code === 0x65 ||
      code === 0x45;
    if (!isPart) break;
  }
  return end;
}

function checkNumber(written: string): void {
  const shown = written.slice(0, 40);
  if (!Number.isFinite(Number(written)) && /\d$/.test(written)) {
    throw new SluiceError('BAD_USER_INPUT', `The number ${shown} is larger than a number can be.`);
  }
  if (written.length < 16 || written.length > 400) return;
  const number = Number(written);
  // A fraction is rounded by its nature; an integer may be somebody's id.
  if (!Number.isInteger(number) || Number.isSafeInteger(number)) return;
  const isKept = /^-?\d+$/.test(written)
    ? BigInt(number) === BigInt(written)
    : significantDigits(String(number)) === significantDigits(written);
  if (isKept) return;
  throw new SluiceError('BAD_USER_INPUT', `The number ${shown} would be rounded; send it as a string.`);
}

function significantDigits(written: string): string {
  const [mantissa = ''] = written.toLowerCase().split('e');
  return mantissa.replace(/[^\d]/g, '').replace(/^0+|0+$/g, '');
}
