/** The code of a failed file operation, such as `ENOENT`; what was thrown as text when it has none. */
export function fileFailure(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown
    ? String(thrown.code)
    : String(thrown);
}
