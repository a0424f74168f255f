/**
 * Builds the console into dist/console, from where the admin serves it: after `npm ci`, and before `npm start` where it is missing. An
 * installation without development packages has no tools for it, and says so; everything else works without.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../dist/console/index.html', import.meta.url));
const isWanted = !process.argv.includes('--missing') || !existsSync(built);

if (isWanted) {
  try {
    const { build } = await import('vite');
    await build({ configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)), logLevel: 'warn' });
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw failure;
    process.stderr.write('The console is not built: vite is not installed here (npm ci brings it).\n');
  }
}
