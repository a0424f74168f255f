import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const require = createRequire(import.meta.url);

/** GraphiQL as it is published, with the React it wants: it has a page of its own, framed by the explorer and loaded by nobody else. */
const explorerFiles: Readonly<Record<string, readonly [packageName: string, file: string]>> = {
  'explorer/react.js': ['react', 'umd/react.production.min.js'],
  'explorer/react-dom.js': ['react-dom', 'umd/react-dom.production.min.js'],
  'explorer/graphiql.js': ['graphiql', 'graphiql.min.js'],
  'explorer/graphiql.css': ['graphiql', 'graphiql.min.css'],
};

function explorer(): Plugin {
  return {
    name: 'explorer',
    generateBundle() {
      for (const [fileName, [packageName, file]] of Object.entries(explorerFiles)) {
        const folder = dirname(require.resolve(`${packageName}/package.json`));
        this.emitFile({ type: 'asset', fileName, source: readFileSync(join(folder, file)) });
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [explorer()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    // A script or font as a data: URL would be inline code; the policy of the page has none of it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: false,
  },
});
