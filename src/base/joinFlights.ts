import { ChurnMap } from './churnMap.ts';

/** Who waits for a run; its signal is looked at only when it matters, for making one costs as much as joining. */
export interface Waiter {
  readonly signal: AbortSignal;
}

/** Runs that are asked for under one key while one is under way share it. */
export interface JoinFlights<Result> {
  /**
   * Joins the flight under this key or starts one. The flight is ended by its own signal when everybody has left; as long as one stays,
   * those who left get the outcome like all others, if they still look.
   */
  join(key: string, waiter: Waiter, start: StartFlight<Result>): Promise<Result>;
}

/** `end` aborts the signal while others wait, too; who comes after that starts a flight of their own. */
export type StartFlight<Result> = (signal: AbortSignal, end: (reason: Error) => void) => Promise<Result>;

interface Flight<Result> {
  readonly outcome: Promise<Result>;
  readonly waiters: Waiter[];
}

export function createJoinFlights<Result>(): JoinFlights<Result> {
  const flights = new ChurnMap<string, Flight<Result>>();

  function takeOff(key: string, waiter: Waiter, start: StartFlight<Result>): Flight<Result> {
    const ending = new AbortController();
    const waiters = [waiter];
    let watched = waiter.signal;

    /** One who stays is enough to know: only when they leave, another is looked for. */
    const onLeft = (): void => {
      const { reason } = watched;
      const staying = waiters.find(({ signal }) => !signal.aborted);
      if (staying) {
        watched = staying.signal;
        watched.addEventListener('abort', onLeft, { once: true });
        return;
      }
      end(reason);
    };
    const end = (reason: Error): void => {
      land();
      ending.abort(reason);
    };
    const land = (): void => {
      watched.removeEventListener('abort', onLeft);
      if (flights.get(key) === flight) flights.delete(key);
    };
    watched.addEventListener('abort', onLeft, { once: true });
    const flight: Flight<Result> = { outcome: start(ending.signal, end).finally(land), waiters };
    flights.set(key, flight);
    return flight;
  }

  return {
    join(key, waiter, start) {
      const flight = flights.get(key);
      if (flight) {
        flight.waiters.push(waiter);
        return flight.outcome;
      }
      if (waiter.signal.aborted) return Promise.reject(waiter.signal.reason);
      return takeOff(key, waiter, start).outcome;
    },
  };
}
