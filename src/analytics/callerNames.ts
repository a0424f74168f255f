import { createBoundedNames, otherName } from '../base/boundedNames.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Session } from '../model/session.ts';
import type { UsageDimensions } from './kinds.ts';
import { shownName } from './shownName.ts';

/** Who asked, by names that are told apart. */
export type CallerNames = Pick<UsageDimensions, 'client' | 'version' | 'consumer' | 'plan' | 'caller'>;

export interface NamedCallers {
  of(outcome: Pick<Outcome, 'arrival' | 'session'>): CallerNames;
  turn(): void;
}

/** A client's versions on average; old ones are seldom many. */
const versionsPerClient = 4;
const maxPlans = 100;

export function createNamedCallers(max: {
  readonly clients: number;
  readonly consumers: number;
}): NamedCallers {
  const clients = createBoundedNames({ max: max.clients });
  const versions = createBoundedNames({ max: max.clients * versionsPerClient });
  const consumers = createBoundedNames({ max: max.consumers });
  const plans = createBoundedNames({ max: maxPlans });
  const kept = (names: typeof clients, name: string | null) =>
    name === null || name === '' ? '' : names.keep(shownName(name));

  return {
    of({ arrival, session }) {
      const client = kept(clients, arrival.client.name);
      const version = shownName(arrival.client.version);
      const isTold = version === '' || versions.keep(`${client} ${version}`) !== otherName;
      return {
        client,
        version: client === otherName || !isTold ? otherName : version,
        consumer: kept(consumers, session?.consumer ?? null),
        plan: kept(plans, session?.plan ?? null),
        caller: callerOf(session),
      };
    },
    turn() {
      for (const names of [clients, versions, consumers, plans]) names.turn();
    },
  };
}

function callerOf(session: Session | null): string {
  if (!session) return 'unknown';
  if (!session.identified) return 'anonymous';
  return session.issuer === null ? 'key' : 'token';
}
