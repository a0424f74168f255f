import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';

export const pluginsOptions = z
  .array(z.string().min(1))
  .default([])
  .describe(
    'Files of your own plugins, in order; each exports a plugin, or a function that gives one, as its default.',
  );

/** The plugins of these files, relative to `folder`. Throws an error that names the file and what is wrong with it. */
export async function loadPlugins(
  files: readonly string[],
  { folder }: { folder: string },
): Promise<readonly GatewayPlugin[]> {
  const plugins: GatewayPlugin[] = [];
  for (const file of files) plugins.push(await loadPlugin(file, folder));
  return plugins;
}

async function loadPlugin(file: string, folder: string): Promise<GatewayPlugin> {
  const loaded = await load(file, folder);
  const plugin: unknown = typeof loaded.default === 'function' ? await loaded.default() : loaded.default;
  if (typeof plugin === 'object' && plugin !== null) return plugin;
  throw new Error(
    `plugins: ${file} has no plugin as its default export; allowed: an object with hooks, or a function that gives one.`,
  );
}

async function load(file: string, folder: string): Promise<{ default?: unknown }> {
  try {
    return await import(pathToFileURL(resolve(folder, file)).href);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`plugins: ${file} cannot be loaded: ${why}`, { cause });
  }
}
