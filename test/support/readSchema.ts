import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { createImporter, type ImportedSchema } from '../../src/translation/translation.ts';

/** The SDL of a .proto file or an OpenAPI document, given as text, with its mapping over it. */
export async function readSchema(
  kind: 'proto' | 'openapi',
  text: string,
  mapping?: string,
): Promise<ImportedSchema> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-schema-'));
  try {
    const file = join(folder, kind === 'proto' ? 'service.proto' : 'openapi.yaml');
    await writeFile(file, text);
    const mapped = join(folder, 'mapping.graphql');
    if (mapping !== undefined) await writeFile(mapped, mapping);
    const source = { kind, file, text: null, mapping: mapping === undefined ? null : mapped, includes: [] };
    return await createImporter({ clock: systemClock }).import(source, new AbortController().signal);
  } finally {
    await rm(folder, { recursive: true });
  }
}
