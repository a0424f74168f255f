import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FetchShape, Variables } from '../model/fetchCache.ts';
import type { Caller, SentHeaders } from '../model/subgraphCall.ts';
import type { FetchPolicy, TypePolicy } from './fetchPolicy.ts';
import { sessionText } from './sessionText.ts';

/** Items of one type that are asked for alike: their keys begin alike, and each ends with the item as it stands. */
export interface KeyGroup {
  readonly beginning: string;
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
const version = 2;
/** Hashes that are kept: one for each type and set of headers that was met lately. */
const maxHashes = 1000;
/** Characters of variables that stand in a key as they are. */
const maxValues = 100;

/**
 * The keys of a fetch's items. A key begins with the hash of everything that the subgraph gets besides variables and representation (who it
 * is, what is asked, the headers) and of what is known of the type; private ones also with the session. Variables and representation stand
 * behind it as they are, so that no two can be taken for each other.
 */
export class ItemKeys {
  readonly #parts: KeyParts;
  readonly #hashes = new LRUCache<string, string>({ max: maxHashes });

  constructor(parts: KeyParts) {
    this.#parts = parts;
  }

  /** Null for an item that may not be kept for this caller; why, is in its type's policy or the lack of a session. */
  of(items: readonly string[], asking: Asking): readonly (KeyGroup | null)[] {
    if (items.length === 1 && items[0] === '') return [this.#groupOf('Query', asking)];
    const groups = new Map<string, KeyGroup | null>();
    // Nearly always all are of one type: what the one before began with tells it at a glance.
    let start = beforeType;
    let last: KeyGroup | null = null;
    return items.map((item) => {
      if (start !== beforeType && item.startsWith(start)) return last;
      const type = typeOf(item);
      start = `${beforeType}${type}"`;
      last = groups.get(type) ?? null;
      if (!groups.has(type)) {
        last = this.#groupOf(type, asking);
        groups.set(type, last);
      }
      return last;
    });
  }

  #groupOf(type: string, asking: Asking): KeyGroup | null {
    const policy = this.#parts.policy.byType.get(type);
    if (!policy || policy.maxAgeMs === 0) return null;
    const isPrivate = policy.scope === 'PRIVATE';
    if (!isPrivate && this.#parts.isBarred(policy)) return null;
    const session = isPrivate ? sessionText(asking.caller.session) : '';
    if (session === null) return null;
    return {
      beginning: this.#hashOf(policy, asking.sent, session) + this.#valuesOf(asking.variables),
      policy,
    };
  }

  #hashOf(policy: TypePolicy, sent: SentHeaders, session: string): string {
    const name = JSON.stringify([policy.type, session, sent.identity, sent.back]);
    const known = this.#hashes.get(name);
    if (known !== undefined) return known;
    const { shape, policy: fetch, ignored } = this.#parts;
    const headers = Object.entries(sent.fields)
      .filter(([header]) => policy.scope === 'PRIVATE' || !ignored.has(header))
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    const { subgraph, url } = shape;
    const all = [
      version,
      subgraph,
      url,
      policy.type,
      policy.signature,
      fetch.selection,
      headers,
      sent.back,
      session,
    ];
    const made = hash('sha256', JSON.stringify(all), 'base64url');
    this.#hashes.set(name, made);
    return made;
  }

  /** The variables used, or their hash where that is shorter; either tells where it ends. */
  #valuesOf(variables: Variables): string {
    const { used } = this.#parts.shape;
    if (used.length === 0) return '';
    // One that is not given is not one that is null.
    const given = used.map((name) => (Object.hasOwn(variables, name) ? [name, variables[name]] : [name]));
    const text = JSON.stringify(given);
    return text.length <= maxValues ? text : hash('sha256', text, 'base64url');
  }
}

const beforeType = '{"__typename":"';

function typeOf(item: string): string {
  if (item.startsWith(beforeType)) return item.slice(beforeType.length, item.indexOf('"', beforeType.length));
  return String((JSON.parse(item) as { readonly __typename?: unknown }).__typename);
}
