import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FetchShape, Variables } from '../model/fetchCache.ts';
import type { Caller, SentHeaders } from '../model/subgraphCall.ts';
import type { FetchPolicy, TypePolicy } from './fetchPolicy.ts';
import { sessionText } from './sessionText.ts';

/** An item that may be kept. */
export interface KeyedItem {
  readonly key: string;
  readonly policy: TypePolicy;
}

interface KeyParts {
  readonly shape: FetchShape;
  readonly policy: FetchPolicy;
  /** Headers that are sent and no part of the key of what is public. */
  readonly ignored: ReadonlySet<string>;
  /** Whether it has been taken out of what anybody may have. */
  isBarred(policy: TypePolicy): boolean;
}

export interface Asking {
  readonly caller: Caller;
  readonly sent: SentHeaders;
  readonly variables: Variables;
}

/** Changed with what a key or an entry is made of. */
const version = 1;
/** Beginnings of keys that are kept: one for each set of variables and headers that was met lately. */
const maxBeginnings = 1000;

/**
 * The keys of a fetch's items. A key begins with the hash of everything that the subgraph gets besides the representation (who it is, what
 * is asked, the variables, the headers) and of what is known of the type; private ones also with the session. The representation stands
 * behind it as it is, so that no two can be taken for each other.
 */
export class ItemKeys {
  readonly #parts: KeyParts;
  readonly #beginnings = new LRUCache<string, string>({ max: maxBeginnings });

  constructor(parts: KeyParts) {
    this.#parts = parts;
  }

  /** Null for an item that may not be kept for this caller; why, is in its type's policy or the lack of a session. */
  of(items: readonly string[], asking: Asking): readonly (KeyedItem | null)[] {
    const { byType } = this.#parts.policy;
    const beginnings = new Map<string, string | null>();
    return items.map((item) => {
      const type = item === '' ? 'Query' : typeOf(item);
      const policy = byType.get(type);
      if (!policy || policy.maxAgeMs === 0) return null;
      let beginning = beginnings.get(type);
      if (beginning === undefined) {
        beginning = this.#beginningOf(policy, asking);
        beginnings.set(type, beginning);
      }
      return beginning === null ? null : { key: beginning + item, policy };
    });
  }

  #beginningOf(policy: TypePolicy, { caller, sent, variables }: Asking): string | null {
    const isPrivate = policy.scope === 'PRIVATE';
    if (!isPrivate && this.#parts.isBarred(policy)) return null;
    const session = isPrivate ? sessionText(caller.session) : '';
    if (session === null) return null;
    const { shape, policy: fetch, ignored } = this.#parts;
    // One that is not given is not one that is null.
    const given = shape.used.map((name) =>
      Object.hasOwn(variables, name) ? [name, variables[name]] : [name],
    );
    const values = given.length === 0 ? '' : JSON.stringify(given);
    const name = JSON.stringify([policy.type, session, sent.identity, sent.back, values]);
    const known = this.#beginnings.get(name);
    if (known !== undefined) return known;
    const headers = Object.entries(sent.fields)
      .filter(([header]) => isPrivate || !ignored.has(header))
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    const { subgraph, url } = shape;
    const all = [
      version,
      subgraph,
      url,
      policy.type,
      policy.signature,
      fetch.selection,
      values,
      headers,
      sent.back,
      session,
    ];
    const made = hash('sha256', JSON.stringify(all), 'base64url');
    this.#beginnings.set(name, made);
    return made;
  }
}

const beforeType = '{"__typename":"';

function typeOf(item: string): string {
  if (item.startsWith(beforeType)) return item.slice(beforeType.length, item.indexOf('"', beforeType.length));
  return String((JSON.parse(item) as { readonly __typename?: unknown }).__typename);
}
