import { relative, sep } from 'node:path';
import { watch } from 'chokidar';

/** What people write; logs and databases that a subgraph keeps beside its sources must not start it again. */
const sourceFile = /\.(?:[cm]?[jt]sx?|json|graphqls?|gql|proto|py|rb|go|rs|java|kts?|cs|php|exs?)$/;
const settleMs = 150;

/** Calls `onChange` once for changes that come together. */
export function watchSources(folders: readonly string[], onChange: () => void): { close(): Promise<void> } {
  let settling: NodeJS.Timeout | null = null;
  const changed = (): void => {
    if (settling) clearTimeout(settling);
    settling = setTimeout(onChange, settleMs);
  };
  const watcher = watch([...folders], {
    ignoreInitial: true,
    ignored: (path, stats) =>
      isForeign(path, folders) || (stats?.isFile() === true && !sourceFile.test(path)),
  });
  watcher.on('all', changed);
  return {
    async close() {
      await watcher.close();
      if (settling) clearTimeout(settling);
    },
  };
}

/** Packages and hidden folders below what is watched. */
function isForeign(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const steps = relative(folder, path).split(sep);
    return (
      steps[0] !== '..' &&
      steps.some((step) => step === 'node_modules' || (step.startsWith('.') && step !== '.'))
    );
  });
}
