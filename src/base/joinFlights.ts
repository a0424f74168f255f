import { ChurnMap } from './churnMap.ts';

/** Runs that are asked for under one key while one is under way share it. */
export interface JoinFlights<Result> {
  /**
   * Joins the flight under this key or starts one. Who aborts leaves with the signal's reason; the flight itself is ended by its own
   * signal when everybody has left.
   */
  join(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
}

interface Flight<Result> {
  readonly outcome: Promise<Result>;
  readonly ending: AbortController;
  waiting: number;
}

export function createJoinFlights<Result>(): JoinFlights<Result> {
  const flights = new ChurnMap<string, Flight<Result>>();

  function takeOff(key: string, start: (signal: AbortSignal) => Promise<Result>): Flight<Result> {
    const ending = new AbortController();
    const landed = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    const outcome = start(ending.signal).finally(landed);
    const flight: Flight<Result> = { outcome, ending, waiting: 0 };
    flights.set(key, flight);
    return flight;
  }

  return {
    join(key, signal, start) {
      if (signal.aborted) return Promise.reject(signal.reason);
      const flight = flights.get(key) ?? takeOff(key, start);
      flight.waiting += 1;
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          flight.waiting -= 1;
          reject(signal.reason);
          if (flight.waiting > 0) return;
          if (flights.get(key) === flight) flights.delete(key);
          flight.ending.abort(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        const stay = (): void => signal.removeEventListener('abort', leave);
        flight.outcome.then(
          (result) => {
            stay();
            resolve(result);
          },
          (failure: unknown) => {
            stay();
            reject(failure);
          },
        );
      });
    },
  };
}
