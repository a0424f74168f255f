import { createLoad } from '../../src/limits/limits.ts';
import type { Arrival } from '../../src/model/arrival.ts';
import { createManualClock } from '../support/manualClock.ts';

/** What things cost the one thread, in milliseconds; as was measured of a gateway whose answers have 300 KB. */
const admitMs = 0.3;
const answerMs = 1.7;
const shedMs = 0.04;
/** How long a subgraph takes, and how many calls it is sent at a time. */
const subgraphMs = 2;
const mostCalls = 64;
/** Requests a millisecond that it can answer. */
const peak = 1 / (admitMs + answerMs);
/** Until then it works off what came before it was known that there is too much. */
const reactionMs = 3000;
const untilMs = 8000;

interface Request {
  readonly sinceMs: number;
  readonly arrival: Arrival;
}

export interface Modelled {
  /** Of what it can answer. */
  readonly goodShare: number;
  readonly shed: number;
  readonly shedP99Ms: number;
}

/**
 * A gateway's event loop turn by turn, on a clock of its own: each turn takes what has come and the answers that are there. Clients send
 * `factor` times of what it can answer, and do not wait. The first three seconds do not count.
 */
export function modelOverload(factor: number): Modelled {
  const clock = createManualClock();
  const turns: number[] = [];
  let idleMs = 0;
  const load = createLoad({ clock, readLoop });
  load.setBounds({ beginsAtMs: 500, targetMs: 15 });
  const now = () => clock.monotonicMs();
  let nextMs = 0;
  let turnAtMs = 0;
  let seed = 1;
  let good = 0;
  const sheds: number[] = [];
  const flying: (Request & { readonly atMs: number })[] = [];
  const waiting: Request[] = [];

  function readLoop() {
    const sorted = turns.splice(0).sort((a, b) => a - b);
    const busy = 1 - idleMs / 100;
    idleMs = 0;
    return { delayMs: sorted[Math.floor(sorted.length / 2)] ?? 10, busy };
  }
  /** Evenly drawn and always the same. */
  function random(): number {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  }
  function send(request: Request): void {
    if (flying.length < mostCalls) flying.push({ ...request, atMs: now() + subgraphMs });
    else waiting.push(request);
  }
  function come(sinceMs: number): void {
    const arrival = {} as Arrival;
    load.open();
    if (!load.isOver || !load.isFull(0.8)) {
      clock.advance(admitMs);
      send({ sinceMs, arrival });
      return;
    }
    load.shed('anonymous', arrival);
    load.record({ arrival });
    clock.advance(shedMs);
    if (sinceMs > reactionMs) sheds.push(now() - sinceMs);
  }
  function answer({ arrival }: Request): void {
    clock.advance(answerMs);
    load.record({ arrival });
    if (now() > reactionMs) good += 1;
    const next = waiting.shift();
    if (next) send(next);
  }

  while (now() < untilMs) {
    const startMs = now();
    if (startMs - turnAtMs >= 10) {
      turns.push(startMs - turnAtMs);
      turnAtMs = startMs;
    }
    const arrived: number[] = [];
    for (; nextMs <= startMs; nextMs += -Math.log(random()) / (peak * factor)) arrived.push(nextMs);
    for (const sinceMs of arrived) come(sinceMs);
    const ready = flying.filter(({ atMs }) => atMs <= startMs);
    flying.splice(0, ready.length);
    for (const request of ready) answer(request);
    if (now() > startMs) continue;
    const restMs = Math.max(0.01, Math.min(nextMs, turnAtMs + 10, flying[0]?.atMs ?? nextMs) - startMs);
    idleMs += restMs;
    clock.advance(restMs);
  }
  load.close();
  sheds.sort((a, b) => a - b);
  return {
    goodShare: good / (untilMs - reactionMs) / peak,
    shed: sheds.length,
    shedP99Ms: sheds[Math.floor(sheds.length * 0.99)] ?? 0,
  };
}
