import { type Choice, effectiveWeight } from './effectiveWeight.ts';
import type { Instance } from './instance.ts';

/** The other of two is taken only when it has clearly less to do: small differences are noise, and weights shall hold. */
const clearly = 1.5;

/** One of several instances by power of two choices: whoever hangs gets no more calls, and nobody has to know all. */
export function pickByLoad(candidates: readonly Instance[], choice: Choice): Instance | null {
  const first = drawByWeight(candidates, choice, null);
  if (first === null || candidates.length < 2) return first;
  const second = drawByWeight(candidates, choice, first);
  if (second === null) return first;
  const mean = candidates.reduce((sum, { weight }) => sum + weight, 0) / candidates.length;
  const [firstMs, secondMs] = [first.latencyMs(choice.nowMs), second.latencyMs(choice.nowMs)];
  // Who has not answered yet is taken to be as fast as the other.
  const isKnown = firstMs > 0 && secondMs > 0;
  const firstLoad = (isKnown ? firstMs : 1) * (1 + (first.inFlight * mean) / first.weight);
  const secondLoad = (isKnown ? secondMs : 1) * (1 + (second.inFlight * mean) / second.weight);
  return secondLoad * clearly < firstLoad ? second : first;
}

function drawByWeight(
  candidates: readonly Instance[],
  { options, nowMs, random }: Choice,
  except: Instance | null,
): Instance | null {
  let total = 0;
  for (const candidate of candidates)
    if (candidate !== except) total += effectiveWeight(candidate, options, nowMs);
  let left = random() * total;
  let last: Instance | null = null;
  for (const candidate of candidates) {
    if (candidate === except) continue;
    last = candidate;
    left -= effectiveWeight(candidate, options, nowMs);
    if (left < 0) break;
  }
  return last;
}
