/**
 * `npm run test:resilience`: faults against real processes under load, and what came of it, written to docs/resilience.md. Takes some
 * ten minutes. Rows can be chosen by the beginning of their names: `npm run test:resilience -- kill flapping`.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { killedBehindTheCache, redisFaults, redisRow } from './cacheRows.ts';
import { overload } from './overload.ts';
import { allFail, breakerRow, eachDown, flapping, hangAmongOthers, killOne, type Row } from './rows.ts';

const rows: readonly (readonly [name: string, run: (ends: AsyncDisposableStack) => Promise<Row>])[] = [
  ['kill', killOne],
  [
    'refuse',
    (ends) => breakerRow(ends, { name: 'refuses connections', fault: { kind: 'down' }, timeoutMs: 2000 }),
  ],
  ['hang', (ends) => breakerRow(ends, { name: 'hangs', fault: { kind: 'blackhole' }, timeoutMs: 2000 })],
  ['each', eachDown],
  ['mixed', hangAmongOthers],
  ['retries', (ends) => allFail(ends, 'off')],
  ['breaker', (ends) => allFail(ends, 'enforce')],
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
  // A row that cannot be measured costs none of the others.
  const ends = new AsyncDisposableStack();
  const row = await run(ends).catch(
    (failure: unknown): Row => ({
      fault: name,
      goal: 'to be measured at all',
      measured: [failure instanceof Error ? failure.message : String(failure)],
      reached: false,
    }),
  );
  await ends.disposeAsync();
  done.push(row);
  process.stdout.write(`${row.reached ? 'reached' : 'MISSED '}  ${row.fault}\n`);
  for (const line of row.measured) process.stdout.write(`         ${line}\n`);
}
if (chosen.length === 0) await writeFile(new URL('../../docs/resilience.md', import.meta.url), report(done));
// A row that failed may have left something that would keep this process.
process.exit(done.every(({ reached }) => reached) ? 0 : 1);

function report(all: readonly Row[]): string {
  const cpu = cpus();
  const machine = `${cpu[0]?.model.trim()}, ${cpu.length} cores, Node ${process.versions.node}`;
  return `# Resilience

Written by \`npm run test:resilience\` on ${new Date().toISOString().slice(0, 10)} (${machine}), in ten minutes. Everything runs on one machine over
loopback: the gateway, each subgraph and the load are processes of their own; the fault proxies are in the one that writes this. Requests are sent at a
fixed rate, whatever comes back, on as many connections as it takes, those of each kind of their own, and timed from when they were to be sent. The
machine's load average before it began was ${busyBefore.toFixed(1)}${busyBefore > 1 ? ': others used it, and latencies are theirs, too' : ''}. No calls are joined, and no answers kept unless a row says so. What the settings mean is in
[reference/upstream.md](reference/upstream.md).

| fault | to reach | measured | reached |
|---|---|---|---|
${all.map(({ fault, goal, measured, reached }) => `| ${fault} | ${goal} | ${measured.join('<br>')} | ${reached ? 'yes' : 'no'} |`).join('\n')}
`;
}
