/** Codes whose messages are those of graphql-js, which quote what was sent. */
const quotingCodes = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** Where graphql-js begins to quote a value: what comes after it is the value, or was made by who knows it. */
const quotes = / got invalid value | cannot represent |, found |Value .* does not exist in |: "/;

/** A message without the literals and variables it quotes: they may be what nobody but the caller should know. */
export function withoutValues(message: string, code: unknown): string {
  if (!quotingCodes.has(String(code))) return message;
  const at = quotes.exec(message)?.index;
  return at === undefined ? message : `${message.slice(0, at)}…`;
}
