import { parseSync } from '@swc/core';
import type { SourceFile } from './sourceFile.ts';

/** A node of the parsed file. Its fields are read by name, since the rules look at a few of a hundred kinds. */
export interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A parsed file. */
export interface Syntax {
  readonly statements: readonly SyntaxNode[];
  /** Every node of the file, parents before their children. */
  readonly nodes: readonly SyntaxNode[];
  /** The first and last line of a node, counted from 1. */
  linesOf(node: SyntaxNode): { readonly first: number; readonly last: number };
}

/** Throws where the file is not TypeScript. */
export function parseSyntax(file: SourceFile): Syntax {
  const module = parse(file);
  const statements = childrenOf(isNode(module) ? module.body : []);
  const nodes: SyntaxNode[] = [];
  for (const statement of statements) collect(statement, nodes);
  const bytes = Buffer.from(file.text);
  // swc counts bytes, from 1.
  const lineAt = (position: number) =>
    bytes.subarray(0, position - 1).filter((byte) => byte === 10).length + 1;
  return {
    statements,
    nodes,
    linesOf(node) {
      const span = node.span as { start: number; end: number };
      return { first: lineAt(span.start), last: lineAt(span.end) };
    },
  };
}

function parse({ path, text }: SourceFile): unknown {
  try {
    return parseSync(text, { syntax: 'typescript', tsx: path.endsWith('.tsx'), target: 'es2024' });
  } catch (cause) {
    throw new Error(`${path} is not TypeScript`, { cause });
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** A field that holds a list of nodes. */
export function childrenOf(field: unknown): readonly SyntaxNode[] {
  return Array.isArray(field) ? field.filter(isNode) : [];
}

/** The text of an identifier or a string literal, or null. */
export function textOf(field: unknown): string | null {
  return isNode(field) && typeof field.value === 'string' ? field.value : null;
}

function collect(value: unknown, into: SyntaxNode[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) into.push(value);
  for (const child of Object.values(value)) collect(child, into);
}
