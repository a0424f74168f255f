import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Policy } from './policies.ts';

/**
 * The functions of a module by the names of their policies: its named exports, and those of an object that is its default export, for
 * names that no variable can have. Throws an error that names the file and what is wrong with it.
 */
export async function loadPolicies(file: string, folder: string): Promise<ReadonlyMap<string, Policy>> {
  const { default: object, ...named } = await load(file, folder);
  const policies = new Map<string, Policy>();
  for (const [name, policy] of [...Object.entries(named), ...ownEntries(object)]) {
    if (typeof policy !== 'function') continue;
    if (policies.has(name))
      throw new Error(`authorization.policies: ${file} has two functions for the policy ${name}`);
    policies.set(name, policy as Policy);
  }
  if (policies.size > 0) return policies;
  throw new Error(
    `authorization.policies: ${file} exports no function; allowed: functions named after policies, or a default export of an object with them.`,
  );
}

function ownEntries(object: unknown): readonly (readonly [string, unknown])[] {
  return typeof object === 'object' && object !== null ? Object.entries(object) : [];
}

async function load(file: string, folder: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(resolve(folder, file)).href);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`authorization.policies: ${file} cannot be loaded: ${why}`, { cause });
  }
}
