import type { PlanJob } from './planJob.ts';
import type { PlanRequest, QueryPlan } from './queryPlan.ts';

/** A plan that is being made, and how many wait for it. */
interface Flight {
  readonly job: PlanJob;
  readonly outcome: Promise<QueryPlan>;
  waiting: number;
}

export interface PlanFlightsParts {
  /** Gets the job of a plan nobody waited for yet. */
  add(job: PlanJob): void;
  /** A warm-up that waited in the queue is now asked for by a request. */
  onPromoted(): void;
  onOverran(key: string): void;
  /** A plan was made, or not: each once, however many waited for it. */
  onSettled(by: QueryPlan['by'] | 'failed'): void;
}

/** Equal plans asked at once are made once. Nobody's leaving ends what others wait for; when all have left, it is not begun. */
export interface PlanFlights {
  has(key: string): boolean;
  /** Waits for the plan of this key. When the signal aborts, its reason is thrown. */
  join(key: string, request: PlanRequest, signal: AbortSignal): Promise<QueryPlan>;
}

export function createPlanFlights(parts: PlanFlightsParts): PlanFlights {
  const flights = new Map<string, Flight>();

  function begin(key: string, request: PlanRequest): Flight {
    const { promise, resolve, reject } = Promise.withResolvers<QueryPlan>();
    const flight: Flight = {
      job: {
        request,
        standing: request.priority === 'warm' ? 'warm' : 'fresh',
        isWanted: () => flight.waiting > 0,
        overran: () => parts.onOverran(key),
        resolve,
        reject,
      },
      outcome: promise,
      waiting: 1,
    };
    flights.set(key, flight);
    const land = (): void => leave(key, flight);
    promise.then(
      ({ by }) => {
        parts.onSettled(by);
        land();
      },
      () => {
        parts.onSettled('failed');
        land();
      },
    );
    parts.add(flight.job);
    return flight;
  }

  function joinUnderWay(flight: Flight, request: PlanRequest): Flight {
    flight.waiting += 1;
    if (request.priority !== 'warm' && flight.job.standing === 'warm') {
      flight.job.standing = 'fresh';
      parts.onPromoted();
    }
    return flight;
  }

  function leave(key: string, flight: Flight): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  return {
    has: (key) => flights.has(key),
    async join(key, request, signal) {
      const underWay = flights.get(key);
      const flight = underWay ? joinUnderWay(underWay, request) : begin(key, request);
      try {
        return await orAborted(flight.outcome, signal);
      } finally {
        flight.waiting -= 1;
        if (flight.waiting === 0) leave(key, flight);
      }
    },
  };
}

async function orAborted<Result>(outcome: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abandon = (): void => reject(signal.reason);
  signal.addEventListener('abort', abandon, { once: true });
  try {
    return await Promise.race([outcome, promise]);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}
