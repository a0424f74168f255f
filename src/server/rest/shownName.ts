const maxLength = 40;

/** A name that was sent, as messages repeat it. */
export function shownName(name: string): string {
  return name.length > maxLength ? `${name.slice(0, maxLength)}…` : name;
}
