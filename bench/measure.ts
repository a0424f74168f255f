import { type CacheCounters, type CacheFigures, cacheFigures, readCacheCounters } from './cacheFigures.ts';
import { type Expected, expectedAnswers, findWrongAnswer } from './checkAnswers.ts';
import type { Replay } from './gateways/floor.ts';
import type { LoadReply, LoadRequest } from './load.ts';
import type { Helper, RunningGateway } from './processes.ts';
import { processMemory } from './processTimes.ts';
import type { Composed } from './subgraphs/compose.ts';
import type { SubgraphsReply, SubgraphsRequest } from './subgraphs/serve.ts';
import type { Workload } from './workloads.ts';

/** Figures of one gateway in one workload: medians over the rounds, and how far CPU time went up and down. */
export interface Figures {
  readonly cpuMs: number;
  readonly cpuMsRange: readonly [least: number, most: number];
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly memoryMb: number;
  readonly callsPerRequest: number;
  readonly answerBytes: number;
  /** Null for a gateway without a cache. */
  readonly cache: CacheFigures | null;
}

/** Figures, or what was wrong with an answer. */
export type Measured = { readonly figures: Figures } | { readonly wrong: string };

export interface MeasureParts {
  readonly gateways: readonly RunningGateway[];
  readonly load: Helper;
  readonly subgraphs: Helper;
  readonly oracle: Composed['oracle'];
  readonly seconds: number;
  readonly rounds: number | null;
  readonly connections: number;
  tell(text: string): void;
}

interface Round extends LoadReply {
  readonly calls: number;
  readonly computed: number;
}

const replayed = 20;
const warmUpMs = 3000;

/** Compares all answers, warms up, then measures every gateway in turn, several times around. */
export async function measureWorkload(
  workload: Workload,
  parts: MeasureParts,
): Promise<ReadonlyMap<string, Measured>> {
  const expected = await expectedAnswers(parts.oracle, workload);
  const results = new Map<string, Measured>();
  const sound: RunningGateway[] = [];
  for (const running of parts.gateways) {
    if (running.gateway.isTaught) await teachFloor(running, { expected, parts });
    const wrong = running.gateway.isTaught ? null : await findWrongAnswer(running, expected);
    if (wrong === null) sound.push(running);
    else {
      results.set(running.gateway.name, { wrong });
      parts.tell(summary(workload, { running, measured: { wrong } }));
    }
  }
  for (const running of sound)
    await runRound(running, { workload, parts, durationMs: warmUpMs, isWarmUp: true });
  const counters = new Map<string, CacheCounters | null>();
  for (const { gateway, adminPort } of sound) counters.set(gateway.name, await readCacheCounters(adminPort));
  const roundCount = parts.rounds ?? (parts.seconds >= 10 ? 5 : 3);
  const rounds = new Map<string, Round[]>(sound.map(({ gateway }) => [gateway.name, []]));
  for (let count = 0; count < roundCount; count += 1) {
    for (const running of sound) {
      const durationMs = (parts.seconds * 1000) / roundCount;
      const round = await runRound(running, { workload, parts, durationMs, isWarmUp: false });
      rounds.get(running.gateway.name)?.push(round);
    }
  }
  for (const running of sound) {
    const { name } = running.gateway;
    const cache = cacheFigures(counters.get(name) ?? null, await readCacheCounters(running.adminPort));
    const measured = await settle(running, { rounds: rounds.get(name) ?? [], expected, cache });
    results.set(name, measured);
    parts.tell(summary(workload, { running, measured }));
  }
  return results;
}

async function runRound(
  running: RunningGateway,
  given: { workload: Workload; parts: MeasureParts; durationMs: number; isWarmUp: boolean },
): Promise<Round> {
  const { workload, parts, durationMs, isWarmUp } = given;
  await parts.subgraphs.ask<SubgraphsReply>({ kind: 'reset' } satisfies SubgraphsRequest);
  const reply = await parts.load.ask<LoadReply>({
    port: running.port,
    pid: running.pid,
    connections: parts.connections,
    durationMs,
    minRequests: isWarmUp ? workload.bodies.length : 0,
    bodies: workload.bodies,
    headers: running.headers,
  } satisfies LoadRequest);
  const { calls, computed } = await parts.subgraphs.ask<SubgraphsReply>({
    kind: 'count',
  } satisfies SubgraphsRequest);
  return { ...reply, calls, computed };
}

async function settle(
  running: RunningGateway,
  given: {
    readonly rounds: readonly Round[];
    readonly expected: readonly Expected[];
    readonly cache: CacheFigures | null;
  },
): Promise<Measured> {
  const { rounds, expected, cache } = given;
  const faults = rounds.flatMap((round) => round.faults);
  const wrong = faults[0] ?? (running.gateway.isTaught ? null : await findWrongAnswer(running, expected));
  if (wrong !== null) return { wrong };
  const cpu = rounds.map(({ cpuMs, requests }) => cpuMs / requests);
  return {
    figures: {
      cpuMs: median(cpu),
      cpuMsRange: [Math.min(...cpu), Math.max(...cpu)],
      requestsPerSecond: median(rounds.map(({ requests, elapsedMs }) => (requests / elapsedMs) * 1000)),
      p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
      p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
      memoryMb: processMemory(running.pid),
      callsPerRequest: median(rounds.map(({ calls, requests }) => calls / requests)),
      answerBytes: median(rounds.map(({ bytes, requests }) => bytes / requests)),
      cache,
    },
  };
}

/** The floor replays the calls that the first gateway makes for one request alone, and what the oracle answers. */
async function teachFloor(
  floor: RunningGateway,
  { expected, parts }: { expected: readonly Expected[]; parts: MeasureParts },
): Promise<void> {
  const model = parts.gateways.find(({ gateway }) => !gateway.isTaught);
  const replays: Replay[] = [];
  for (const one of expected.slice(0, replayed)) {
    await parts.subgraphs.ask<SubgraphsReply>({ kind: 'reset' } satisfies SubgraphsRequest);
    if (model) await findWrongAnswer(model, [one]);
    const { recorded } = await parts.subgraphs.ask<SubgraphsReply>({
      kind: 'calls',
    } satisfies SubgraphsRequest);
    replays.push({ calls: recorded, answer: JSON.stringify(one.answer) });
  }
  const taught = new Promise((resolve) => floor.child.once('message', resolve));
  floor.child.send(replays);
  await taught;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function summary(workload: Workload, given: { running: RunningGateway; measured: Measured }): string {
  const { running, measured } = given;
  const line = `${workload.name.padEnd(9)} ${running.gateway.name.padEnd(10)}`;
  if ('wrong' in measured) return `${line} WRONG: ${measured.wrong}\n`;
  const { cpuMs, requestsPerSecond, p50Ms, p99Ms, callsPerRequest, memoryMb } = measured.figures;
  return (
    `${line} ${cpuMs.toFixed(3)} ms CPU  ${requestsPerSecond.toFixed(0)}/s  p50 ${p50Ms.toFixed(1)}  ` +
    `p99 ${p99Ms.toFixed(1)}  ${callsPerRequest.toFixed(2)} calls  ${memoryMb.toFixed(0)} MB\n`
  );
}
