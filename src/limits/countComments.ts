const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const hash = 0x23;
const backslash = 0x5c;

/**
 * The comments of a text, or as many as are more than `max`. They are no tokens of the grammar, but each costs as much to read as one,
 * and graphql-js reads a run of them in one go.
 */
export function countComments(text: string, max: number): number {
  if (text.length < max * 2) return 0; // The shortest comment is a hash and the end of its line.
  let comments = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = text.startsWith('"""', at) ? endOfBlockString(text, at) : endOfString(text, at);
    } else if (code === hash) {
      comments += 1;
      if (comments > max) return comments;
      at = endOfLine(text, at);
    }
  }
  return comments;
}

function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== newline && text.charCodeAt(at) !== carriageReturn)
    at += 1;
  return at;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote || code === newline || code === carriageReturn) return at;
  }
  return text.length;
}

function endOfBlockString(text: string, start: number): number {
  let end = text.indexOf('"""', start + 3);
  while (end !== -1 && text.charCodeAt(end - 1) === backslash) end = text.indexOf('"""', end + 3);
  return end === -1 ? text.length : end + 2;
}
