import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

/** Installs the peers into this folder's own package, exactly as its lock says, unless they are there already. */
export function installPeers(): void {
  const installed = readLock('node_modules/.package-lock.json');
  const wanted = readLock('package-lock.json');
  const direct = Object.keys(readJson<{ dependencies: Record<string, string> }>('package.json').dependencies);
  const versionIn = (lock: Lock | null, name: string) => lock?.packages[`node_modules/${name}`]?.version;
  if (installed && direct.every((name) => versionIn(installed, name) === versionIn(wanted, name))) return;
  process.stdout.write('Installing the other gateways into bench/node_modules (about 700 MB)...\n');
  const { status } = spawnSync('npm', ['ci', '--prefix', 'bench', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('The other gateways could not be installed; see what npm said above.');
}

function readLock(file: string): Lock | null {
  return existsSync(new URL(file, import.meta.url)) ? readJson<Lock>(file) : null;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as T;
}
