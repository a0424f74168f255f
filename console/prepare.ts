/**
 * Builds the console into dist/console, from where the admin serves it: after `npm ci`, and before `npm start` and the tests where it is
 * missing or older than its sources (`--stale`). An installation without development packages has no tools for it, and says so;
 * everything else works without.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = import.meta.dirname;
const built = fileURLToPath(new URL('../dist/console/index.html', import.meta.url));

function isStale(): boolean {
  if (!existsSync(built)) return true;
  const builtAtMs = statSync(built).mtimeMs;
  return readdirSync(sources, { recursive: true }).some(
    (name) => statSync(join(sources, String(name))).mtimeMs > builtAtMs,
  );
}

if (!process.argv.includes('--stale') || isStale()) {
  try {
    const { build } = await import('vite');
    await build({ configFile: join(sources, 'vite.config.ts'), logLevel: 'warn' });
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw failure;
    process.stderr.write('The console is not built: vite is not installed here (npm ci brings it).\n');
  }
}
