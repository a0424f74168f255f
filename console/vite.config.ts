import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** GraphiQL's styles bring two fonts along as texts of 350 kB, which is more than all else of it; the system's do as well. */
function withoutFonts(): Plugin {
  return {
    name: 'without-fonts',
    enforce: 'pre',
    transform: {
      filter: { id: /graphiql.*\.css$/ },
      handler: (css) => css.replace(/@font-face\s*\{[^}]*\}/g, ''),
    },
  };
}

const root = import.meta.dirname;

export default defineConfig({
  root,
  plugins: [withoutFonts()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    // A script or font as a data: URL would be inline code; the policy of the page has none of it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: false,
    // GraphiQL is large, whatever is done; its frame is loaded by those who open it.
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      // GraphiQL has a page of its own, framed by the explorer and loaded by nobody else.
      input: { console: join(root, 'index.html'), explorer: join(root, 'explorer/index.html') },
      // In one piece: its editor and each of its addons would be asked for one after the other.
      output: { codeSplitting: { groups: [{ name: 'editor', test: /node_modules\/codemirror/ }] } },
      // What its packages say to servers of React is nothing to a browser.
      checks: { moduleLevelDirective: false, bundlerTimings: false },
    },
  },
});
