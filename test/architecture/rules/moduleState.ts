import type { SourceFile } from './sourceFile.ts';
import { childrenOf, isNode, parseSyntax, type SyntaxNode, textOf } from './syntax.ts';

const collections = new Set(['Map', 'Set', 'WeakMap', 'WeakSet']);

/**
 * Nothing in src/ is kept in a module: no `let` or `var` outside of functions, and no collection that starts empty there, for
 * it can only be meant to be filled.
 */
export function moduleState(files: readonly SourceFile[]): readonly string[] {
  return files.filter(({ path }) => path.startsWith('src/')).flatMap(stateOf);
}

function stateOf(file: SourceFile): readonly string[] {
  const syntax = parseSyntax(file);
  const declarations = syntax.statements
    .map((statement) => (statement.type === 'ExportDeclaration' ? statement.declaration : statement))
    .filter((node) => isNode(node) && node.type === 'VariableDeclaration')
    .filter(isNode);
  return declarations.flatMap((declaration) =>
    childrenOf(declaration.declarations)
      .filter((declarator) => declaration.kind !== 'const' || startsEmpty(declarator))
      .map(
        (declarator) =>
          `${file.path}:${syntax.linesOf(declarator).first} keeps state in the module (${textOf(declarator.id) ?? 'a pattern'}): keep it in what a createX() returns, so that each gateway and each test has its own.`,
      ),
  );
}

function startsEmpty({ id, init }: SyntaxNode): boolean {
  if (!isNode(init) || init.type !== 'NewExpression') return false;
  const isCollection = collections.has(textOf(init.callee) ?? '');
  return isCollection && childlessArguments(init) && !isReadonly(id);
}

function childlessArguments({ arguments: given }: SyntaxNode): boolean {
  return !Array.isArray(given) || given.length === 0;
}

function isReadonly(id: unknown): boolean {
  const annotation = isNode(id) && isNode(id.typeAnnotation) ? id.typeAnnotation.typeAnnotation : null;
  return isNode(annotation) && (textOf(annotation.typeName)?.startsWith('Readonly') ?? false);
}
