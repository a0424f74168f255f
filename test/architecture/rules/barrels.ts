import type { SourceFile } from './sourceFile.ts';
import { childrenOf, parseSyntax, type SyntaxNode, textOf } from './syntax.ts';

/** Names that say nothing about what is inside, so that everything ends up there. */
const emptyNames = new Set([
  'core',
  'common',
  'shared',
  'util',
  'utils',
  'helper',
  'helpers',
  'misc',
  'types',
]);

/** No file stands for others, and no folder or file is called something that could hold anything. */
export function barrels(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => [...nameFaults(file.path), ...contentFaults(file)]);
}

function nameFaults(path: string): readonly string[] {
  const segments = path.split('/').map((segment) => segment.replace(/(\.test)?\.ts$/, ''));
  const empty = segments.filter((segment) => emptyNames.has(segment.toLowerCase()));
  const faults = empty.map(
    (name) => `${path}: "${name}" says nothing about what is inside; name it after what it holds.`,
  );
  if (segments.at(-1) !== 'index') return faults;
  return [
    ...faults,
    `${path}: there is no index.ts here; others import the file that defines the name, or the folder's door.`,
  ];
}

function contentFaults(file: SourceFile): readonly string[] {
  const syntax = parseSyntax(file);
  const stars = syntax.statements
    .filter(passesAllOn)
    .map(
      (node) =>
        `${file.path}:${syntax.linesOf(node).first} exports everything of another file; export each name where it is defined.`,
    );
  if (stars.length > 0 || !onlyPassesOn(syntax.statements)) return stars;
  return [`${file.path} only passes on what other files define: delete it and import those files.`];
}

function passesAllOn(statement: SyntaxNode): boolean {
  if (statement.type === 'ExportAllDeclaration') return true;
  return childrenOf(statement.specifiers).some(({ type }) => type === 'ExportNamespaceSpecifier');
}

/** Does a file hold nothing but `export … from`, or imports that it exports again? */
function onlyPassesOn(statements: readonly SyntaxNode[]): boolean {
  const imported = new Set(
    statements
      .filter(({ type }) => type === 'ImportDeclaration')
      .flatMap(({ specifiers }) => childrenOf(specifiers).map(({ local }) => textOf(local))),
  );
  const exports = statements.filter(({ type }) => type !== 'ImportDeclaration' && type !== 'EmptyStatement');
  return (
    exports.length > 0 &&
    exports.every(
      ({ type, source, specifiers }) =>
        type === 'ExportNamedDeclaration' &&
        (Boolean(source) || childrenOf(specifiers).every(({ orig }) => imported.has(textOf(orig)))),
    )
  );
}
