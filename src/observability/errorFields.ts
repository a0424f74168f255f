/** How deep causes are followed. */
const maxCauses = 3;

/** An error as it stands in a log line: what it is and what caused it. Without its stack, which tells of our insides and nothing of the cause. */
export function errorFields(thrown: unknown, depth = 0): unknown {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) return thrown;
  const { name, message, code, cause } = thrown as Partial<
    Record<'name' | 'message' | 'code' | 'cause', unknown>
  >;
  return {
    type: String(name ?? 'Error'),
    message: String(message),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(cause === undefined || depth >= maxCauses ? {} : { cause: errorFields(cause, depth + 1) }),
  };
}
