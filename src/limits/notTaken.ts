import type { Take, Taken } from './counters.ts';

/** What to say where one counter refused and none was taken from: what the others would have given is still there. */
export function notTaken(takes: readonly Take[], answers: readonly Taken[]): readonly Taken[] {
  return answers.map((answer, at) =>
    answer.allowed ? { ...answer, remaining: answer.remaining + (takes[at]?.cost ?? 0) } : answer,
  );
}
