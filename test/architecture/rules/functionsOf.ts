import type { SourceFile } from './sourceFile.ts';
import { parseSyntax, type SyntaxNode, textOf } from './syntax.ts';

/** A function, method or accessor with a body. */
export interface FunctionPlace {
  readonly name: string;
  readonly line: number;
  /** From its first line to its last, with comments, blank lines and the functions inside it. */
  readonly lineCount: number;
}

const functionTypes = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'Constructor',
  'ClassMethod',
  'PrivateMethod',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
]);

export function functionsOf(file: SourceFile): readonly FunctionPlace[] {
  const syntax = parseSyntax(file);
  const names = new Map<unknown, string>();
  const places: FunctionPlace[] = [];
  for (const node of syntax.nodes) {
    const name = nameOf(node);
    // `const f = () => …` and `{ f: () => … }`: the parent, which comes first, names the function.
    if (name !== null) names.set(node.init ?? node.value, name);
    if (!functionTypes.has(node.type)) continue;
    const { first, last } = syntax.linesOf(node);
    places.push({ name: name ?? names.get(node) ?? 'anonymous', line: first, lineCount: last - first + 1 });
  }
  return places;
}

function nameOf(node: SyntaxNode): string | null {
  return textOf(node.identifier ?? node.id ?? node.key);
}
