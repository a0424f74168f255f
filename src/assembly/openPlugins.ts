import { planLimits } from '../billing/billing.ts';
import { createCounters, createLimits, createLoad, type Limits } from '../limits/limits.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import * as request from '../request/request.ts';
import type { Assembly, Loaded } from './assemblyOptions.ts';

/** What there is to put in order: the limits, and users' plugins. */
export interface PluginsToOrder {
  readonly limits: Limits;
  readonly users: readonly GatewayPlugin[];
}

type InOrder = (settings: Loaded['settings'], plugins: PluginsToOrder) => readonly GatewayPlugin[];

/** Counters, and users' plugins, stay as long as the process; the rest is made anew with the settings, and judges documents anew. */
export async function openPlugins({ live, clock, random, log, closed }: Assembly, inOrder: InOrder) {
  const { settings, folder } = live.loaded;
  const counters = closed(await createCounters(settings.limits, { clock, log }));
  const load = closed(createLoad({ clock }));
  const users = await request.loadPlugins(settings.plugins, { folder });
  const judgesOf = (next: Loaded['settings']) => {
    const plans = planLimits(next.billing);
    const counting = { counters, load, random, clock, plans, countCost: plans.length > 0 };
    const limits = createLimits(next.limits, counting);
    return { limits, walk: request.createPluginWalk(inOrder(next, { limits, users })) };
  };
  return { users, load, judgesOf, plugins: judgesOf(settings) };
}
