import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readSettings, settingsSections } from '../../src/config/config.ts';

const docs = new URL('../../docs/', import.meta.url);
const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
const examples = ['../README.md', ...pages].flatMap((page) => {
  const text = readFileSync(new URL(page, docs), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = ''], at) => ({
    name: `${page}, example ${at + 1}`,
    yaml,
  }));
});

/** Readers have the files and variables that an example names; here something stands in for each. */
function filled(yaml: string): string {
  let values = 0;
  return yaml.replaceAll(/\$\{[^}]+\}/g, () => {
    values += 1;
    return `stands-in-for-a-value-${values}`;
  });
}

describe('the settings that the documentation shows', () => {
  test('are found', () => {
    expect(examples.length).toBeGreaterThan(10);
  });

  test.each(examples)('can be written as they stand: $name', ({ yaml }) => {
    const read = readSettings(filled(yaml), {
      file: 'supergraph.yaml',
      env: {},
      sections: settingsSections,
    });
    expect(Object.keys(read.settings)).toContain('server');
  });
});
