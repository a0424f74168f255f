import type { Random } from '../base/random.ts';
import type { Log } from '../model/log.ts';
import type { TypePolicy } from './fetchPolicy.ts';

/** How audits of answers that anybody may have ended. */
export interface AuditCounts {
  /** The answer was as it is kept. */
  same: number;
  /** It was another, whoever asks: it has changed since, or is another each time. */
  changed: number;
  /** It depends on who asks. */
  different: number;
  /** The subgraph could not be asked. */
  failed: number;
}

/** What is audited together: an entity's type, or the fields of the root that a fetch asks for. */
export interface Audited {
  readonly subgraph: string;
  readonly policy: Pick<TypePolicy, 'type' | 'rootFields'>;
  /** How a type, or a field by its coordinate, is declared, and what of it is set. */
  declared(name: string): string;
}

interface AuditsParts {
  /** The part of all fetches that are answered from what anybody may have. */
  share(): number;
  readonly random: Random;
  readonly log: Log;
  /** Throws away what is kept of it, by every gateway. */
  purge(what: { readonly subgraph: string; readonly type: string }): Promise<void>;
}

interface Barred {
  readonly subgraph: string;
  /** Or a field of the root, by its coordinate. */
  readonly type: string;
  /** How it was declared when it was taken out. */
  readonly declared: string;
}

/** Audits under way at a time. */
const maxRunning = 4;
/** Audits that were drawn for a whole result and wait for its parts to be looked up. */
const maxDue = 10;

/**
 * A sample of what is answered to anybody is asked for again with the present caller's own headers. What depends on who asks is not
 * public, whatever its subgraph says: it is taken out of the public cache until its declaration or the settings change, or an operator
 * purges it.
 */
export class Audits {
  readonly counts: AuditCounts = { same: 0, changed: 0, different: 0, failed: 0 };
  readonly #parts: AuditsParts;
  readonly #barred = new Map<string, Barred>();
  #running = 0;
  #due = 0;

  constructor(parts: AuditsParts) {
    this.#parts = parts;
  }

  /** How many types and root fields are out. */
  get barred(): number {
    return this.#barred.size;
  }

  /** Whether a whole result is to be looked up part by part, for one of them to be audited. */
  draw(): boolean {
    const share = this.#parts.share();
    if (share === 0 || this.#parts.random() >= share) return false;
    this.#due = Math.min(this.#due + 1, maxDue);
    return true;
  }

  /** Whether a fetch that was answered to anybody is to be audited. */
  isDue(): boolean {
    if (this.#running >= maxRunning) return false;
    if (this.#due > 0) {
      this.#due -= 1;
      return true;
    }
    const share = this.#parts.share();
    return share > 0 && this.#parts.random() < share;
  }

  isBarred({ subgraph, policy, declared }: Audited): boolean {
    if (this.#barred.size === 0) return false;
    return namesOf(policy).some((name) => {
      const barred = this.#barred.get(nameOf(subgraph, name));
      return barred !== undefined && barred.declared === declared(name);
    });
  }

  /** Runs an audit beside the request; `compare` asks the subgraph. */
  run(audited: Audited, compare: () => Promise<keyof AuditCounts>): void {
    this.#running += 1;
    void compare()
      .catch(() => 'failed' as const)
      .then((outcome) => {
        this.#running -= 1;
        this.counts[outcome] += 1;
        if (outcome === 'different') this.#bar(audited);
      });
  }

  /** What an operator throws away is tried again. */
  forgive({
    subgraph,
    type,
  }: {
    readonly subgraph?: string | undefined;
    readonly type?: string | undefined;
  }): void {
    for (const [name, barred] of this.#barred) {
      const fits =
        (subgraph === undefined || subgraph === barred.subgraph) &&
        (type === undefined || barred.type === type || barred.type.startsWith(`${type}.`));
      if (fits) this.#barred.delete(name);
    }
  }

  #bar({ subgraph, policy, declared }: Audited): void {
    const { log, purge } = this.#parts;
    const types = namesOf(policy);
    for (const type of types)
      this.#barred.set(nameOf(subgraph, type), { subgraph, type, declared: declared(type) });
    log.error(
      { subgraph, types },
      'what is kept for anybody depends on who asks: it is taken out of the public cache',
    );
    // A store that is away is told when it is back.
    purge({ subgraph, type: policy.type }).catch(() => undefined);
  }
}

/** Of a fetch from the root each of its fields. */
function namesOf({ type, rootFields }: Audited['policy']): readonly string[] {
  return rootFields.length === 0 ? [type] : rootFields.map(({ name }) => `${type}.${name.value}`);
}

function nameOf(subgraph: string, type: string): string {
  return JSON.stringify([subgraph, type]);
}
