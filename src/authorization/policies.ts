import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Arrival } from '../model/arrival.ts';
import type { Log } from '../model/log.ts';
import type { Session } from '../model/session.ts';

/** Decides one policy for one request; only `true` grants it. */
export type Policy = (session: Session, request: PolicyRequest) => boolean | Promise<boolean>;

export interface PolicyRequest {
  /** As the client sent them. */
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** Who asks. */
export interface PolicyCaller {
  readonly arrival: Pick<Arrival, 'requestId' | 'headers' | 'signal'>;
  readonly session: Session;
}

export interface Policies {
  isKnown(name: string): boolean;
  /** Those of the names that are granted; at once, unless a function has to be waited for. Never rejects. */
  granted(names: Iterable<string>, caller: PolicyCaller): ReadonlySet<string> | Promise<ReadonlySet<string>>;
}

export interface PolicyParts {
  readonly functions: ReadonlyMap<string, Policy>;
  /** Read anew each time. */
  readonly options: { readonly policyTimeout: number };
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
}

type Decision = boolean | Promise<boolean>;

/**
 * Asks each policy once for a request, however many operations and fields depend on it. A function that throws, takes too long or
 * says anything but `true` grants nothing, nor does a name without a function.
 */
export function createPolicies({ functions, options, clock, log }: PolicyParts): Policies {
  // A batch is one request, so it is told by the arrival.
  const decided = new WeakMap<PolicyCaller['arrival'], Map<string, Decision>>();

  function failed(name: string, { arrival }: PolicyCaller, err: unknown): false {
    log.error({ err, policy: name, requestId: arrival.requestId }, 'a policy failed and grants nothing');
    return false;
  }

  async function inTime(name: string, answer: Promise<unknown>, caller: PolicyCaller): Promise<boolean> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const { policyTimeout } = options;
    const timer = clock.after(policyTimeout, () =>
      reject(new Error(`It took longer than ${policyTimeout} ms`)),
    );
    try {
      return (await Promise.race([answer, late])) === true;
    } catch (err) {
      return failed(name, caller, err);
    } finally {
      timer.cancel();
    }
  }

  function ask(name: string, caller: PolicyCaller): Decision {
    const policy = functions.get(name);
    if (!policy) return false;
    const { headers, signal } = caller.arrival;
    try {
      const answer: unknown = policy(caller.session, { headers, signal });
      return isThenable(answer) ? inTime(name, Promise.resolve(answer), caller) : answer === true;
    } catch (err) {
      return failed(name, caller, err);
    }
  }

  return {
    isKnown: (name) => functions.has(name),
    granted(names, caller) {
      const known = decided.get(caller.arrival) ?? new Map<string, Decision>();
      decided.set(caller.arrival, known);
      const granted = new Set<string>();
      const waiting: Promise<void>[] = [];
      for (const name of names) {
        const decision = known.get(name) ?? ask(name, caller);
        known.set(name, decision);
        if (decision === true) granted.add(name);
        else if (decision !== false)
          waiting.push(decision.then((isGranted) => void (isGranted && granted.add(name))));
      }
      return waiting.length === 0 ? granted : Promise.all(waiting).then(() => granted);
    },
  };
}

function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return (
    typeof answer === 'object' && answer !== null && 'then' in answer && typeof answer.then === 'function'
  );
}
