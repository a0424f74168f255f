#!/usr/bin/env node
// Plain JavaScript, so that an old Node can still read it and say what to do.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname } from 'node:path';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `sluice needs Node 24 or newer and found ${process.versions.node}: install Node 24, or in a checkout run \`npx sluice\` (npm ci brings its own Node 24).\n`,
  );
  process.exit(2);
}
// Halves the time to start: sources are stripped of their types, and code compiled, once.
const { directory } = module.enableCompileCache();
// Threads do not take it over from their process: they look for this.
if (directory) process.env.NODE_COMPILE_CACHE ??= dirname(directory);
// Unless it is production, graphql-js makes sure at every value that there is no other graphql-js.
if (process.argv[2] === 'serve') process.env.NODE_ENV ??= 'production';
// A checkout runs its sources; an installed package ships dist only.
const source = new URL('../src/main.ts', import.meta.url);
await import((existsSync(source) ? source : new URL('../dist/main.js', import.meta.url)).href);
