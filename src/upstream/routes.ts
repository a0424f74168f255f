import type { InstanceAddress } from '../model/instanceAddress.ts';
import type { Protocol } from '../model/translation.ts';
import type { UpstreamStats } from '../model/upstreamStats.ts';
import { Route, type RouteParts } from './route.ts';
import { routeSettings } from './routeSettings.ts';
import type { UpstreamOptions } from './upstreamOptions.ts';

/** Instances by subgraph. */
export type InstancesBySubgraph = ReadonlyMap<string, readonly InstanceAddress[]>;

/** Who says which instances there are: supergraph.yaml, in the place of the routing URL; whoever resolves names; leases, besides. */
export type InstanceSource = 'listed' | 'resolved' | 'leased';

const none: readonly InstanceAddress[] = [];

/** A route for each subgraph and routing URL. Requests of an older generation may still call a former URL. */
export class Routes implements UpstreamStats {
  #options: UpstreamOptions;
  readonly #parts: RouteParts;
  readonly #current = new Map<string, Route>();
  readonly #former = new Set<Route>();
  readonly #sources = new Map<InstanceSource, InstancesBySubgraph>();

  constructor(options: UpstreamOptions, parts: RouteParts) {
    this.#options = options;
    this.#parts = parts;
  }

  of(subgraph: string, url: string): Route {
    const current = this.#current.get(subgraph);
    if (current?.url === url) return current;
    for (const former of this.#former) if (former.subgraph === subgraph && former.url === url) return former;
    const route = new Route(subgraph, url, routeSettings(this.#options, subgraph), this.#parts);
    this.#assign(route);
    if (current) this.#former.add(route);
    else this.#current.set(subgraph, route);
    return route;
  }

  get all(): readonly Route[] {
    return [...this.#current.values(), ...this.#former];
  }

  setInstances(source: InstanceSource, instances: InstancesBySubgraph): void {
    this.#sources.set(source, instances);
    for (const route of this.all) this.#assign(route);
  }

  reconfigure(options: UpstreamOptions): void {
    this.#options = options;
    for (const route of this.all) route.reconfigure(routeSettings(options, route.subgraph));
  }

  /** These are in use now, subgraph by subgraph; what belongs to others is closed after the calls on their way. */
  keepOnly(urls: ReadonlyMap<string, string>, protocols: ReadonlyMap<string, Protocol>): void {
    for (const [subgraph, url] of urls) {
      const route = this.of(subgraph, url);
      route.protocol = protocols.get(subgraph) ?? 'graphql';
      const current = this.#current.get(subgraph);
      if (current === route) continue;
      this.#former.delete(route);
      if (current) this.#former.add(current);
      this.#current.set(subgraph, route);
    }
    for (const route of this.#former) route.retire();
    this.#former.clear();
    for (const [subgraph, route] of this.#current) {
      if (urls.has(subgraph)) continue;
      this.#current.delete(subgraph);
      route.retire();
    }
  }

  subgraphs() {
    return [...this.#current.values()].map((route) => route.stats());
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((route) => route.destroy()));
    this.#current.clear();
    this.#former.clear();
  }

  #assign(route: Route): void {
    const of = (source: InstanceSource) => this.#sources.get(source)?.get(route.subgraph) ?? none;
    const listed = of('listed');
    const resolved = of('resolved');
    const stated = resolved.length > 0 ? resolved : listed;
    const own = stated.length > 0 ? stated : [{ url: route.url, weight: 1, zone: null }];
    route.setInstances([...own, ...of('leased')]);
  }
}
