import { posix } from 'node:path';
import type { SourceFile } from './sourceFile.ts';
import { childrenOf, isNode, parseSyntax, type SyntaxNode, textOf } from './syntax.ts';

/** One place where a file names another module, for its values or its types. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The path in the checkout, for a relative specifier. */
  readonly path: string | null;
  /** The package, for a bare specifier; `node:fs` stays as it is. */
  readonly packageName: string | null;
  readonly line: number;
}

/** Everything a file imports: import, export from, import(), import types, require(), resolve() and modules named by URL (workers). */
export function importsOf(file: SourceFile): readonly Import[] {
  const syntax = parseSyntax(file);
  return syntax.nodes.flatMap((node) => {
    const specifier = specifierOf(node);
    if (specifier === null) return [];
    const relative = specifier.startsWith('.');
    return [
      {
        specifier,
        path: relative ? posix.join(posix.dirname(file.path), specifier) : null,
        packageName: relative ? null : packageOf(specifier),
        line: syntax.linesOf(node).first,
      },
    ];
  });
}

function specifierOf(node: SyntaxNode): string | null {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return textOf(node.source);
    case 'TsExternalModuleReference':
      return textOf(node.expression);
    case 'TsImportType':
      return textOf(node.argument);
    case 'CallExpression':
      return loads(node.callee) ? firstArgument(node) : null;
    case 'NewExpression': {
      const target = textOf(node.callee) === 'URL' ? firstArgument(node) : null;
      return target !== null && /^\.{1,2}\/.*\.[jt]s$/.test(target) ? target : null;
    }
    default:
      return null;
  }
}

/** import(), require(), and import.meta.resolve(), require.resolve() */
function loads(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === 'Import' || textOf(callee) === 'require') return true;
  if (callee.type !== 'MemberExpression' || textOf(callee.property) !== 'resolve') return false;
  return (
    textOf(callee.object) === 'require' || (isNode(callee.object) && callee.object.type === 'MetaProperty')
  );
}

function firstArgument(node: SyntaxNode): string | null {
  const [first] = Array.isArray(node.arguments) ? node.arguments : [];
  const written: unknown = first?.expression;
  if (!isNode(written)) return null;
  if (written.type !== 'TemplateLiteral') return textOf(written);
  const [text, ...more] = childrenOf(written.quasis);
  return more.length === 0 && typeof text?.cooked === 'string' ? text.cooked : null;
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
