import { type GraphQLSchema, type OperationDefinitionNode, print } from 'graphql';
import { LRUCache } from 'lru-cache';
import { sha256 } from '../base/sha256.ts';
import type { Log } from '../model/log.ts';
import type { Operation } from '../model/operation.ts';
import type { AuthorizationRule, SchemaRules } from '../model/schemaRules.ts';
import { meetsPolicies, meetsSession } from './meetsSession.ts';
import { createOperationRules } from './operationRules.ts';
import type { Policies, PolicyCaller } from './policies.ts';
import { refusalFor } from './refusalFor.ts';
import { withhold } from './withhold.ts';

/** What operations of one supergraph their callers may see. */
export interface Permits {
  /**
   * The operation itself when all of it may be seen, else the operation without the rest. Throws or rejects with UNAUTHENTICATED or
   * FORBIDDEN where such operations are refused. A promise only where a policy has to be waited for.
   */
  permit(operation: Operation, caller: PolicyCaller): Operation | Promise<Operation>;
}

export interface PermitParts {
  readonly schema: GraphQLSchema;
  readonly rules: Pick<SchemaRules, 'protectedFields'>;
  readonly policies: Policies;
  readonly options: { readonly onDenied: 'filter' | 'reject' };
  readonly suggestions: boolean;
  readonly log: Pick<Log, 'warn'>;
}

type Filtered = Pick<Operation, 'document' | 'definition' | 'withheld'>;

/** Characters of filtered documents kept for a supergraph; parsed, each takes some 60 bytes, twice. */
const maxFilteredCharacters = 1_000_000;
/** More policies that nothing decides are not told by name. */
const maxUnknown = 20;

export function createPermits(parts: PermitParts): Permits {
  const { schema, rules, policies, options, suggestions, log } = parts;
  if (rules.protectedFields.size === 0) return { permit: (operation) => operation };
  const unknown = unknownPolicies(parts);
  if (unknown.length > 0)
    log.warn(
      { policies: unknown.slice(0, maxUnknown) },
      'no function decides these policies (authorization.policies): they are granted to nobody',
    );
  const operationRules = createOperationRules(schema, rules);
  // By definition, which lives as long as its document is kept.
  const met = new WeakMap<OperationDefinitionNode, readonly AuthorizationRule[]>();
  const filtered = new LRUCache<string, Filtered>({ maxSize: maxFilteredCharacters });

  /** The rules an operation meets, each once. */
  function rulesMetBy(operation: Operation): readonly AuthorizationRule[] {
    const known = met.get(operation.definition);
    if (known) return known;
    const found = [...new Set(operationRules.askedBy(operation).values())];
    met.set(operation.definition, found);
    return found;
  }

  function filter(operation: Operation, asked: readonly AuthorizationRule[], denied: Denied): Filtered {
    const { document, name } = operation;
    const pattern = asked.map((rule) => (denied.has(rule) ? '-' : '+')).join('');
    const key = `${document.hash} ${pattern} ${name ?? ''}`;
    const known = filtered.get(key);
    if (known) return known;
    const left = withhold(operation, { schema, rules: operationRules, isDenied: (rule) => denied.has(rule) });
    const text = print(left.document);
    const { sentText } = document;
    const made = { ...left, document: { text, sentText, hash: sha256(key), document: left.document } };
    filtered.set(key, made, { size: text.length + document.text.length });
    return made;
  }

  function decide(operation: Operation, denied: Denied, { session }: PolicyCaller): Operation {
    if (denied.size === 0) return operation;
    if (options.onDenied === 'filter')
      return { ...operation, ...filter(operation, rulesMetBy(operation), denied) };
    const asked = [...operationRules.askedBy(operation)];
    const coordinates = asked.filter(([, rule]) => denied.has(rule)).map(([coordinate]) => coordinate);
    throw refusalFor(session, suggestions ? coordinates : null);
  }

  return {
    permit(operation, caller) {
      const asked = rulesMetBy(operation);
      if (asked.length === 0) return operation;
      const { session } = caller;
      const denied = new Set(asked.filter((rule) => !meetsSession(rule, session)));
      const open = asked.filter((rule) => rule.policies.length > 0 && !denied.has(rule));
      if (open.length === 0) return decide(operation, denied, caller);
      const judge = (granted: ReadonlySet<string>): Operation => {
        for (const rule of open) if (!meetsPolicies(rule, (name) => granted.has(name))) denied.add(rule);
        return decide(operation, denied, caller);
      };
      const granted = policies.granted(new Set(open.flatMap(policiesOf)), caller);
      return granted instanceof Promise ? granted.then(judge) : judge(granted);
    },
  };
}

type Denied = ReadonlySet<AuthorizationRule>;

function policiesOf(rule: AuthorizationRule): readonly string[] {
  return rule.policies.flat(2);
}

function unknownPolicies({ rules, policies }: PermitParts): readonly string[] {
  const named = new Set([...rules.protectedFields.values()].flatMap(policiesOf));
  return [...named].filter((name) => !policies.isKnown(name));
}
