/**
 * Every way Sluice says no, in one catalogue: code, HTTP status, whether the same request may succeed later, and what it means.
 * docs/reference/errors.md holds the same table; a test keeps both equal.
 *
 * A message is written for the client. What only the operator may read goes into `detail` or `cause`: they reach the log, never an answer.
 */

interface CatalogueEntry {
  readonly status: number;
  /** May the very same request succeed later? */
  readonly retry: boolean;
  readonly meaning: string;
}

const entry = (status: number, retry: boolean, meaning: string): CatalogueEntry => ({
  status,
  retry,
  meaning,
});

export const errorCatalogue = {
  // The request as HTTP
  BAD_REQUEST: entry(400, false, 'The request is not well formed: its HTTP, its JSON or its parameters.'),
  CSRF_BLOCKED: entry(
    400,
    false,
    'A browser could have sent this from another site: add a content type of application/json or the header apollo-require-preflight.',
  ),
  NOT_FOUND: entry(404, false, 'Nothing is served at this path.'),
  METHOD_NOT_ALLOWED: entry(
    405,
    false,
    'The method is not served here, or a mutation came by GET; Allow lists what is.',
  ),
  NOT_ACCEPTABLE: entry(406, false, 'None of the media types of Accept can be written.'),
  BODY_TIMEOUT: entry(408, true, 'The body did not arrive in time.'),
  BODY_TOO_LARGE: entry(413, false, 'The body is over the limit, as sent or after it was inflated.'),
  UNSUPPORTED_MEDIA_TYPE: entry(
    415,
    false,
    'The content type, charset or content encoding is not one that is read.',
  ),
  HEADERS_TOO_LARGE: entry(431, false, 'The header fields are too large or too many.'),

  // The GraphQL document
  GRAPHQL_PARSE_FAILED: entry(400, false, 'The document is not GraphQL.'),
  GRAPHQL_VALIDATION_FAILED: entry(400, false, 'The document does not fit the schema.'),
  OPERATION_RESOLUTION_FAILURE: entry(
    400,
    false,
    'Which operation to run is not clear: none, several, or no such name.',
  ),
  BAD_USER_INPUT: entry(400, false, 'A variable is missing or does not fit its type.'),
  PERSISTED_QUERY_NOT_FOUND: entry(200, false, 'This hash is not known yet: send it again with the text.'),
  PERSISTED_QUERY_REQUIRED: entry(400, false, 'Only operations known by id are answered.'),
  INTROSPECTION_DISABLED: entry(403, false, 'Introspection is switched off.'),
  SUBSCRIPTION_NOT_SUPPORTED: entry(400, false, 'Subscriptions are not served here.'),

  // What a document may cost
  TOKEN_LIMIT_EXCEEDED: entry(400, false, 'The document has too many tokens.'),
  RECURSION_LIMIT_EXCEEDED: entry(
    400,
    false,
    'The document nests too deep, or its fragments spread into too many fields.',
  ),
  DEPTH_LIMIT_EXCEEDED: entry(400, false, 'The operation is too deep.'),
  ALIAS_LIMIT_EXCEEDED: entry(400, false, 'The operation has too many aliases.'),
  ROOT_FIELD_LIMIT_EXCEEDED: entry(400, false, 'The operation has too many root fields.'),
  DIRECTIVE_LIMIT_EXCEEDED: entry(400, false, 'The operation has too many directives.'),
  BATCH_LIMIT_EXCEEDED: entry(400, false, 'The batch is larger than allowed, or batching is off.'),
  COST_LIMIT_EXCEEDED: entry(400, false, 'The operation costs more than one operation may.'),

  // Who may speak, and how much
  UNAUTHENTICATED: entry(401, false, 'No valid token or key came with the request.'),
  FORBIDDEN: entry(403, false, 'This session may not do that.'),
  ADDRESS_DENIED: entry(403, false, 'This address is not let in.'),
  HEADER_DENIED: entry(403, false, 'A header of the request is not let in.'),
  RATE_LIMITED: entry(429, true, 'The caller is over its own rate; Retry-After says when to come back.'),
  QUOTA_EXCEEDED: entry(429, true, "The consumer's quota for this period is used up."),

  // Our side
  INTERNAL_SERVER_ERROR: entry(500, true, 'A fault of the gateway; the request id finds it in the log.'),
  QUERY_PLANNING_TIMEOUT: entry(503, false, 'No plan was found for this operation in time.'),
  OVERLOADED: entry(
    503,
    true,
    'The gateway has more work than it can take; Retry-After says when to come back.',
  ),
  DRAINING: entry(503, true, 'This process is going away, or is not ready yet.'),
  ROUTE_UNAVAILABLE: entry(
    503,
    true,
    'The operation of this REST route does not fit the supergraph that is served now.',
  ),
  AUTHORIZER_UNAVAILABLE: entry(503, true, 'The identity provider cannot be asked.'),
  STORE_UNAVAILABLE: entry(503, true, 'The store cannot be read or written.'),
  REQUEST_TIMEOUT: entry(504, true, 'The request was not finished by its deadline.'),

  // Field errors inside a 2xx
  UNAUTHORIZED_FIELD_OR_TYPE: entry(200, false, 'This session may not see the field; it is null.'),
  SUBGRAPH_UNREACHABLE: entry(200, true, 'The subgraph could not be reached.'),
  SUBGRAPH_TIMEOUT: entry(200, true, 'The subgraph did not answer in time.'),
  SUBGRAPH_MALFORMED_RESPONSE: entry(
    200,
    true,
    'The subgraph answered something that is not a GraphQL result, or not what its API says.',
  ),
  SUBGRAPH_RESPONSE_TOO_LARGE: entry(200, false, "The subgraph's answer is over the limit."),
  SUBGRAPH_ERROR: entry(200, true, 'The subgraph reported an error without a code.'),
  SUBGRAPH_OVERLOADED: entry(
    200,
    true,
    'As many calls to the subgraph are on their way, and waiting, as it may have.',
  ),
  CIRCUIT_OPEN: entry(200, true, 'The subgraph has been failing and is not asked for now.'),

  // Admin API
  CONFLICT: entry(409, true, 'Somebody else changed the same thing meanwhile.'),
  COMPOSITION_FAILED: entry(
    422,
    false,
    'The subgraphs do not compose into a supergraph, or clients would break.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code);
}

export interface SluiceErrorOptions {
  /** For the log only: what happened inside. */
  readonly detail?: unknown;
  readonly cause?: unknown;
  /** Header fields of the answer, such as Allow or Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
  /** More of `extensions` that the client may read. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** The setting of the rule that refused, such as `limits.perAddress`; for what is counted and logged. */
  readonly rule?: string;
  /** Overrides the catalogue's status; for the few codes that HTTP wants under another one. */
  readonly status?: number;
}

/** A refusal or failure with a code of the catalogue; its message is safe to show to the client. */
export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly rule: string | null;

  constructor(code: ErrorCode, message: string, options: SluiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SluiceError';
    this.code = code;
    this.status = options.status ?? errorCatalogue[code].status;
    this.detail = options.detail;
    this.headers = options.headers ?? {};
    this.extensions = options.extensions ?? {};
    this.rule = options.rule ?? null;
  }

  /** Anything thrown becomes a SluiceError; what is not ours says nothing to the client and keeps its cause for the log. */
  static from(thrown: unknown): SluiceError {
    if (thrown instanceof SluiceError) return thrown;
    return new SluiceError('INTERNAL_SERVER_ERROR', 'Internal server error', { cause: thrown });
  }
}
