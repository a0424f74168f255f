/**
 * `npm run test:resilience`: faults against real processes under load, and what came of it, written to docs/resilience.md. Takes some
 * five minutes. Rows can be chosen by the beginning of their names: `npm run test:resilience -- kill flapping`.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { killedBehindTheCache, redisFaults, redisRow } from './cacheRows.ts';
import { overload } from './overload.ts';
import { allFail, breakerRow, eachDown, flapping, hangAmongOthers, killOne, type Row } from './rows.ts';

const rows: readonly (readonly [name: string, run: () => Promise<Row>])[] = [
  ['kill', killOne],
  ['refuse', () => breakerRow('refuses connections', { kind: 'down' }, 2000)],
  ['hang', () => breakerRow('hangs', { kind: 'blackhole' }, 2000)],
  ['each', eachDown],
  ['mixed', hangAmongOthers],
  ['retries', () => allFail('off')],
  ['breaker', () => allFail('enforce')],
  ['flapping', flapping],
  ['overload', overload],
  ['cache-killed', killedBehindTheCache],
  ...Object.keys(redisFaults).map((name) => ['cache-redis', () => redisRow(name)] as const),
];

const chosen = process.argv.slice(2);
const [busyBefore = 0] = loadavg();
const done: Row[] = [];
for (const [name, run] of rows) {
  if (chosen.length > 0 && !chosen.some((each) => name.startsWith(each))) continue;
  const row = await run();
  done.push(row);
  process.stdout.write(`${row.reached ? 'reached' : 'MISSED '}  ${row.fault}\n`);
  for (const line of row.measured) process.stdout.write(`         ${line}\n`);
}
if (chosen.length === 0) await writeFile(new URL('../../docs/resilience.md', import.meta.url), report(done));
process.exitCode = done.every(({ reached }) => reached) ? 0 : 1;

function report(all: readonly Row[]): string {
  const cpu = cpus();
  const machine = `${cpu[0]?.model.trim()}, ${cpu.length} cores, Node ${process.versions.node}`;
  return `# Resilience

Written by \`npm run test:resilience\` on ${new Date().toISOString().slice(0, 10)} (${machine}). Everything runs on one machine over
loopback: the gateway and each subgraph are processes of their own, the load and the fault proxy share another one. Requests are sent at a
fixed rate, whatever comes back, and timed from when they were to be sent. The machine's load average before it began was
${busyBefore.toFixed(1)}: where others use it, latencies are theirs, too. No calls are joined. What the settings mean is in
[reference/upstream.md](reference/upstream.md).

| fault | to reach | measured | reached |
|---|---|---|---|
${all.map(({ fault, goal, measured, reached }) => `| ${fault} | ${goal} | ${measured.join('<br>')} | ${reached ? 'yes' : 'no'} |`).join('\n')}
`;
}
