import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { SluiceError } from '../base/errors.ts';
import type { Arrival } from './arrival.ts';
import type { DecisionNotes } from './decision.ts';
import type { Operation } from './operation.ts';
import type { SchemaRules } from './schemaRules.ts';
import type { Session } from './session.ts';
import type { CallSubgraph, SubgraphCall, SubgraphResult } from './subgraphCall.ts';

/**
 * A plugin of Apollo Server, with the moments Apollo lacks. `gateway.ts` holds all plugins in one list, and every moment walks it in
 * order, each plugin after the one before has finished. Whoever throws refuses: later plugins are not asked, and later steps cost
 * nothing. A moment that returns no promise is not waited for.
 */
export interface GatewayPlugin extends ApolloServerPlugin<PluginContext> {
  /** Step 1: method, path and form of the headers are in order, the body is not read. */
  admit?(passage: Passage): void | Promise<void>;
  /** Step 2: it is known who calls; the body is still not read. */
  identified?(passage: Passage, session: Session): void | Promise<void>;
  /** Step 2: the body held a list of so many operations, each to be counted like a request. */
  batch?(passage: Passage, session: Session, size: number): void | Promise<void>;
  /** Step 2: a document is parsed and not validated. Asked once for each text and supergraph: the verdict is kept. */
  document?(sent: SentDocument): void;
  /** Step 3: it is known which operation it is, its variables fit, and what of it the session may see. What it returns is told how the operation ended. */
  operation?(passage: Passage, chosen: ChosenOperation): Settle | undefined | Promise<Settle | undefined>;
  /** Step 4, around each call to a subgraph: `next` makes it. Asked in the order of the list, the first one outermost. */
  subgraphCall?(call: SubgraphCall, next: CallSubgraph): Promise<SubgraphResult>;
}

/** What Apollo Server's hooks find in `contextValue`. */
export interface PluginContext extends BaseContext {
  readonly session: Session;
  readonly requestId: string;
}

/** A protective rule as the operator set it. One that is off has no plugin. */
export interface Rule {
  /** Where supergraph.yaml sets it, such as `limits.perAddress`. */
  readonly setting: string;
  readonly mode: 'log' | 'enforce';
}

/** A request on its way; what a plugin decides for it may be noted, for `sluice explain`. */
export interface Passage extends DecisionNotes {
  readonly arrival: Arrival;
  /** Throws the refusal; when the rule only logs, notes what it would have refused. */
  refuse(rule: Rule, refusal: SluiceError): void;
  /**
   * Adds an item to a list-valued header field of the answer, whatever the answer will be. Of several with the same key (the operations
   * of a batch) the one with the least `left` stays; of equal ones the later.
   */
  addHeader(name: string, key: string, item: string, left?: number): void;
}

export interface SentDocument {
  readonly text: string;
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  /** As that of a passage. */
  refuse(rule: Rule, refusal: SluiceError): void;
}

export interface ChosenOperation {
  readonly session: Session;
  /** What of it the session may see. */
  readonly operation: Operation;
  readonly schema: GraphQLSchema;
  /** What the schema's directives demand. */
  readonly rules: SchemaRules;
  /** Where to say what it costs. */
  readonly notes: CostNotes;
}

/** Takes down what an operation costs, for those who record it. */
export interface CostNotes {
  /** Before it runs. */
  noteEstimate(cost: number): void;
  /** By its result. */
  noteMeasured(cost: number): void;
}

/** Called once, after the response and before the request is written down; it must not throw. */
export type Settle = (ending: Ending) => void;

export interface Ending {
  /** False when it was refused or failed before a subgraph could be asked. */
  readonly executed: boolean;
  /** False when there is no result: it was not executed, or its client left before. */
  readonly answered: boolean;
  /** The `data` of the result, parsed when it is asked for; null when there is none. */
  readData(): unknown;
}
