import type { SourceFile } from './sourceFile.ts';
import { childrenOf, isNode, parseSyntax, type SyntaxNode, textOf } from './syntax.ts';

/** The names a file defines and exports, values and types; what it only passes on from another file does not count. */
export function exportsOf(file: SourceFile): readonly string[] {
  return parseSyntax(file).statements.flatMap((statement) => {
    if (statement.type === 'ExportDeclaration') return declaredNames(statement.declaration);
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) return [];
    return childrenOf(statement.specifiers).flatMap(
      (specifier) => textOf(specifier.exported ?? specifier.orig) ?? [],
    );
  });
}

function declaredNames(declaration: unknown): readonly string[] {
  if (!isNode(declaration)) return [];
  if (declaration.type === 'VariableDeclaration') {
    return childrenOf(declaration.declarations).flatMap(({ id }: SyntaxNode) => textOf(id) ?? []);
  }
  const name = textOf(declaration.identifier ?? declaration.id);
  return name === null ? [] : [name];
}
