import type { Random } from '../base/random.ts';
import type { InstanceAddress } from '../model/instanceAddress.ts';
import type { CallFault } from '../model/subgraphCall.ts';
import type { BalanceOptions } from './balanceOptions.ts';
import type { Choice } from './effectiveWeight.ts';
import { Ejection, type EjectionOptions } from './ejection.ts';
import { Instance } from './instance.ts';
import { pickByLoad } from './pickByLoad.ts';
import { WeightedTurns } from './weightedTurns.ts';

interface InstancesOptions {
  readonly balance: BalanceOptions;
  readonly ejection: EjectionOptions;
}

export interface InstancesParts {
  readonly random: Random;
  onEject(instance: Instance): void;
  /** It is none of ours any more; calls on their way to it end as they would have. */
  onRemove(instance: Instance): void;
}

/** Of the instances of a zone, and of all, at least this share has to be well for the others to be left out. */
const mostAreWell = 0.5;

/** The instances of one subgraph, and which of them a call goes to. */
export class Instances {
  #options: InstancesOptions;
  readonly #parts: InstancesParts;
  readonly #ejection: Ejection;
  readonly #turns = new WeightedTurns();
  #all: readonly Instance[] = [];
  /** Those that nobody keeps out by hand; all, where that would be none. */
  #open: readonly Instance[] = [];
  #candidates: readonly Instance[] = [];
  /** When the candidates have to be looked at again: somebody comes back. */
  #validUntilMs = Number.POSITIVE_INFINITY;

  constructor(options: InstancesOptions, parts: InstancesParts) {
    this.#options = options;
    this.#parts = parts;
    this.#ejection = new Ejection(options.ejection, parts);
  }

  get all(): readonly Instance[] {
    return this.#all;
  }

  reconfigure(options: InstancesOptions, nowMs: number): void {
    this.#options = options;
    this.#ejection.reconfigure(options.ejection);
    this.refresh(nowMs);
  }

  /** From now on these; who stays keeps what is known of them. */
  set(addresses: readonly InstanceAddress[], nowMs: number): void {
    const known = new Map(this.#all.map((instance) => [instance.url, instance]));
    const byUrl = new Map(addresses.map((address) => [address.url, address]));
    // Who is there from the beginning takes over from nobody.
    const startsAtMs = known.size === 0 ? Number.NEGATIVE_INFINITY : nowMs;
    this.#all = [...byUrl.values()].map((address) => {
      const instance = known.get(address.url) ?? new Instance(address, startsAtMs);
      instance.weight = address.weight;
      instance.zone = address.zone;
      return instance;
    });
    for (const instance of known.values()) if (!byUrl.has(instance.url)) this.#parts.onRemove(instance);
    this.refresh(nowMs);
  }

  /** `except` was tried already: another one is taken if there is any. Null when there is no instance at all. */
  pick(nowMs: number, except: Instance | null): Instance | null {
    if (nowMs >= this.#validUntilMs) this.refresh(nowMs);
    let candidates = this.#candidates;
    if (except !== null && this.#open.length > 1) {
      const others = candidates.filter((candidate) => candidate !== except);
      candidates = others.length > 0 ? others : this.#open.filter((candidate) => candidate !== except);
    }
    if (candidates.length === 1) return candidates[0] ?? null;
    const choice: Choice = { options: this.#options.balance, nowMs, random: this.#parts.random };
    return choice.options.by === 'roundRobin'
      ? this.#turns.pick(candidates, choice)
      : pickByLoad(candidates, choice);
  }

  /** How a call to one of them ended. */
  noteEnd(
    instance: Instance,
    { nowMs, ms, fault }: { nowMs: number; ms: number; fault: CallFault | null },
  ): void {
    instance.end(nowMs, ms, fault);
    if (this.#all.length > 1 && this.#ejection.noteEnd(this.#all, instance, nowMs)) this.refresh(nowMs);
  }

  /** By hand: it gets no calls for so long. */
  hold(instance: Instance, nowMs: number, forMs: number): void {
    instance.heldUntilMs = nowMs + forMs;
    instance.startsAtMs = instance.heldUntilMs;
    this.refresh(nowMs);
  }

  readmit(instance: Instance, nowMs: number): void {
    instance.readmit(nowMs);
    this.refresh(nowMs);
  }

  /** Looks anew who may get calls. */
  refresh(nowMs: number): void {
    const isWell = (instance: Instance): boolean => instance.isWell && !instance.isEjected(nowMs);
    const returns = this.#all
      .flatMap(({ ejectedUntilMs, heldUntilMs }) => [ejectedUntilMs, heldUntilMs])
      .filter((untilMs) => untilMs > nowMs);
    this.#validUntilMs = Math.min(Number.POSITIVE_INFINITY, ...returns);
    const open = this.#all.filter((instance) => !instance.isHeld(nowMs));
    this.#open = open.length > 0 ? open : this.#all;
    const { zone } = this.#options.balance;
    const near = zone === undefined ? [] : this.#open.filter((instance) => instance.zone === zone);
    const nearWell = near.filter(isWell);
    if (nearWell.length > near.length * mostAreWell) this.#candidates = nearWell;
    else {
      const well = this.#open.filter(isWell);
      // When most are ill, those who are not would only fall under the load of all.
      this.#candidates =
        well.length >= this.#open.length * mostAreWell && well.length > 0 ? well : this.#open;
    }
  }
}
