import { type Document, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from './configError.ts';

/** Far more than anybody writes, and little enough to be parsed in about a second. */
const maxTextLength = 1024 * 1024;
/** Most of what follows a first mistake in the syntax follows from it. */
const maxSyntaxFaults = 20;

export interface ParsedYaml {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** A text as a YAML 1.2 document with the core schema; throws a ConfigError when it is none. Duplicate keys are left to the reader. */
export function parseYaml(text: string, file: string): ParsedYaml {
  if (text.length > maxTextLength) {
    throw fileError(file, `found ${text.length} characters; allowed: at most ${maxTextLength}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    version: '1.2',
    schema: 'core',
  });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.some((fault) => fault.message.includes('call stack'))) {
    throw fileError(file, 'found nesting too deep to be read; allowed: at most 64 levels');
  }
  if (wrong.length === 0) return { document, lines };
  const sourceLines = text.split('\n');
  throw new ConfigError(
    wrong.slice(0, maxSyntaxFaults).map((fault) => {
      const { line, col } = lines.linePos(fault.pos[0]);
      // After a colon stands a piece of the file, which may be a secret that begins with * or !.
      const message = `not YAML: ${fault.message.replace(/: .*$/s, '')}${referenceHint(sourceLines[line - 1] ?? '')}`;
      return { file, line, column: col, path: '', message };
    }),
  );
}

/** What is easily got wrong: `{ port: ${PORT} }`, where YAML takes the second brace for a map. */
function referenceHint(line: string): string {
  return /[{[,].*\$\{/.test(line) ? `; inside { } or [ ] write "\${...}", in quotes` : '';
}

function fileError(file: string, message: string): ConfigError {
  return new ConfigError([{ file, line: 1, column: 1, path: '', message }]);
}
