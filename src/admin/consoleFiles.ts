import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { AdminAnswer } from './adminAnswer.ts';

/** The console as `npm run console` built it. It holds nothing: what it shows it asks for. */
export interface ConsoleFiles {
  /** What stands at this path; null where nothing does. */
  at(path: string, acceptEncoding?: string | undefined): AdminAnswer | null;
}

/** Beside src/ and dist/: a checkout and an installed package have it at the same place. */
const builtFolder = fileURLToPath(new URL('../../dist/console/', import.meta.url));

const types = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['svg', 'image/svg+xml'],
]);

/** Nothing from elsewhere, nothing inline: what a name or description says cannot run here. */
const policy = (styles: string, ancestors: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
    "require-trusted-types-for 'script'",
  ].join('; ');

const consolePolicy = policy("'self'", "'none'");
/** GraphiQL is somebody else's code: it sets styles of its own, and builds them as text. It is framed by the console alone. */
const explorerPolicy = policy("'self' 'unsafe-inline'", "'self'").replace(/; require-trusted-types.*/, '');

interface ConsoleFile {
  readonly body: Buffer;
  readonly zipped: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Read once, at the first request; null where it was not built. */
export function createConsoleFiles(folder = builtFolder): ConsoleFiles {
  let files: ReadonlyMap<string, ConsoleFile> | null = null;
  return {
    at(path, acceptEncoding = '') {
      files ??= readFiles(folder);
      const file = files.get(path === '/' ? '/index.html' : path);
      if (!file) return null;
      const { body, zipped, headers } = file;
      if (!/\bgzip\b/.test(acceptEncoding)) return { status: 200, headers, body };
      return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: zipped };
    },
  };
}

function readFiles(folder: string): ReadonlyMap<string, ConsoleFile> {
  const files = new Map<string, ConsoleFile>();
  for (const name of namesBelow(folder)) {
    const path = `/${name.replaceAll('\\', '/')}`;
    const type = types.get(path.slice(path.lastIndexOf('.') + 1));
    if (type === undefined) continue;
    const body = readFileSync(join(folder, name));
    files.set(path, { body, zipped: gzipSync(body), headers: headersOf(path, type) });
  }
  return files;
}

function namesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true }).map(String);
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw failure;
  }
}

function headersOf(path: string, type: string): Readonly<Record<string, string>> {
  // Names under assets/ change with what is in them.
  const isNamedByContent = path.startsWith('/assets/');
  return {
    'content-type': type,
    'cache-control': isNamedByContent ? 'max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    'content-security-policy': path.startsWith('/explorer/') ? explorerPolicy : consolePolicy,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
}
