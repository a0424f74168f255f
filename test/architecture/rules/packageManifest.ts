import { isBuiltin } from 'node:module';
import { importsOf } from './importsOf.ts';
import type { SourceFile } from './sourceFile.ts';

/** What the rule reads of a package.json. */
export interface PackageManifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface PackageUse {
  readonly files: readonly SourceFile[];
  /** Packages that no file imports, and why they are there all the same. */
  readonly exceptions: Readonly<Record<string, string>>;
}

/** Every dependency has one exact version, so that two checkouts are the same. */
export function exactVersions(path: string, manifest: PackageManifest): readonly string[] {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version))
    .map(
      ([name, version]) => `${path} asks for ${name} "${version}": name one exact version, such as 1.2.3.`,
    );
}

/** What is declared is imported, and what is imported is declared; what src/ imports is there in production too. */
export function packageManifest(manifest: PackageManifest, use: PackageUse): readonly string[] {
  const imports = use.files.flatMap(packagesOf);
  const imported = new Set(imports.map(({ packageName }) => packageName));
  const { dependencies = {}, devDependencies = {} } = manifest;
  const declared = Object.keys({ ...dependencies, ...devDependencies });

  const unused = declared
    .filter((name) => !imported.has(name) && !Object.hasOwn(use.exceptions, name))
    .map(
      (name) =>
        `package.json has ${name}, which no file imports: remove it, or give the reason in test/architecture/packageManifest.test.ts.`,
    );
  const stale = Object.keys(use.exceptions)
    .filter((name) => imported.has(name) || !declared.includes(name))
    .map(
      (name) =>
        `${name} is imported now, or gone: take it off the exceptions in test/architecture/packageManifest.test.ts.`,
    );
  const missing = imports.flatMap(({ packageName, path, line }) => {
    if (Object.hasOwn(dependencies, packageName)) return [];
    const place = `${path}:${line} imports ${packageName}`;
    if (!declared.includes(packageName))
      return [`${place}, which package.json does not have: it is there only by chance.`];
    return path.startsWith('src/')
      ? [`${place}, a devDependency: move it to dependencies, since src/ runs in production.`]
      : [];
  });
  return [...unused, ...stale, ...missing];
}

function packagesOf(file: SourceFile): ReadonlyArray<{ packageName: string; path: string; line: number }> {
  return importsOf(file).flatMap(({ packageName, line }) => {
    if (packageName === null || isBuiltin(packageName)) return [];
    return [{ packageName, path: file.path, line }];
  });
}
