/** What a failure of the system says of itself, for a sentence; of several failures, the first. */
export function reasonOf(failure: unknown): string {
  if (typeof failure !== 'object' || failure === null) return String(failure);
  // A name that leads to several addresses fails with the failures of all, and no message of its own.
  if ('errors' in failure && Array.isArray(failure.errors) && failure.errors.length > 0)
    return reasonOf(failure.errors[0]);
  return 'message' in failure ? String(failure.message) : String(failure);
}
