import { resolve } from 'node:path';
import { readSecretFile } from './readSecretFile.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ExpandOptions {
  readonly env: Environment;
  /** What relative paths of `${file:...}` start from. */
  readonly folder: string;
}

/** A text with its references put in. */
export interface Expansion {
  readonly text: string;
  /** The references it held, as written but without defaults: `${PORT}`, `${file:/run/secrets/x}`. */
  readonly references: readonly string[];
  /** The text was nothing but one reference. */
  readonly whole: boolean;
  /** Some of it came from a file, so nobody may see it. */
  readonly secret: boolean;
  /** What was found and what is allowed, for each reference that could not be put in. */
  readonly faults: readonly string[];
}

const reference = /\$\$|\$\{([^}]*)(\}?)/g;
const variable = /^(?:env\.)?([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;
const file = /^file[:.](.+)$/;

/**
 * Puts `${NAME}`, `${NAME:-default}` and `${file:PATH}` into a text; `$$` stands for one dollar. What was put in is not looked at again.
 * As in shells, the default also stands in for an empty variable. `${env.NAME}` and `${file.PATH}` are how rover writes the same.
 */
export function expandText(written: string, options: ExpandOptions): Expansion {
  const references: string[] = [];
  const faults: string[] = [];
  let secret = false;
  const text = written.replace(
    reference,
    (matched: string, inside: string | undefined, end: string | undefined) => {
      if (inside === undefined) return '$';
      const found =
        end === ''
          ? { fault: `found \${ without }; allowed: \${NAME}, or $\${ for the text itself` }
          : lookUp(inside, options);
      if ('fault' in found) {
        faults.push(found.fault);
        return matched;
      }
      references.push(found.reference);
      secret ||= found.secret;
      return found.text;
    },
  );
  return { text, references, whole: /^\$\{[^}]*\}$/.test(written), secret, faults };
}

type LookedUp =
  | { readonly text: string; readonly reference: string; readonly secret: boolean }
  | { readonly fault: string };

function lookUp(inside: string, { env, folder }: ExpandOptions): LookedUp {
  const path = file.exec(inside)?.[1];
  if (path !== undefined) {
    const read = readSecretFile(resolve(folder, path));
    if ('text' in read) return { text: read.text, reference: `\${file:${path}}`, secret: true };
    return {
      fault: `found \${file:${path}}, which ${read.fault}; allowed: a readable text file of at most 64 KB`,
    };
  }
  const [, name, fallback] = variable.exec(inside) ?? [];
  if (name === undefined) {
    // What follows the name may be somebody's secret default, so it is not repeated.
    const start = /^[\w.]*/.exec(inside)?.[0] ?? '';
    return {
      fault: `found \${${start}${start === inside ? '' : '…'}}; allowed: \${NAME}, \${NAME:-default} or \${file:PATH}, and $$ for a dollar`,
    };
  }
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (fallback !== undefined && !value) return { text: fallback, reference: `\${${name}}`, secret: false };
  if (value !== undefined) return { text: value, reference: `\${${name}}`, secret: false };
  return {
    fault: `found \${${name}}, which is not set; allowed: a variable that is set, or \${${name}:-default}`,
  };
}

/** The paths of all `${file:...}` in a text, as written: what else has to be watched. */
export function secretFilesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{file[:.]([^}]+)\}/g)].flatMap((match) => match[1] ?? []);
}
