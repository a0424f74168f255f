/** Steps to a value inside of others, written with dots between; none for the value itself. */
export function wayOf(text: unknown): readonly string[] {
  return typeof text === 'string' && text !== '' ? text.split('.') : [];
}
