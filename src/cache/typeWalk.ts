import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { CacheControl, SchemaRules } from '../model/schemaRules.ts';

/** What is said of the fields of one subgraph. */
export interface WalkRules {
  readonly schema: GraphQLSchema;
  /** Of types and fields, by coordinate; the settings' word for types where the subgraph has none. */
  readonly said: ReadonlyMap<string, CacheControl>;
  /** For fields that return objects, and those of the root, of which nothing is said; null: they are not kept. */
  readonly defaultSeconds: number | null;
  readonly defaultScope: 'PUBLIC' | 'PRIVATE';
  readonly protection: Pick<SchemaRules, 'authorization' | 'protectedFields'>;
}

type Fielded = GraphQLObjectType | GraphQLInterfaceType;

/**
 * Goes through a selection for the strictest that is said of it. As with Apollo's directive, a field of a leaf type lives as long as
 * what is around it; a field that returns objects, or one of the root, has a time of its own, by itself, by its type, by
 * `inheritMaxAge`, or none. What only some sessions may see is private unless it is called PUBLIC.
 */
export class TypeWalk {
  readonly #rules: WalkRules;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #lines = new Set<string>();
  readonly #types = new Set<string>();
  #seconds = Number.POSITIVE_INFINITY;
  #isPrivate: boolean;
  #reason: string | null = null;

  constructor(rules: WalkRules, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#rules = rules;
    this.#fragments = fragments;
    this.#isPrivate = rules.defaultScope === 'PRIVATE';
  }

  root(type: GraphQLObjectType, selectionSet: SelectionSetNode): void {
    this.#types.add('Query');
    this.#select(type, selectionSet, null);
  }

  entity(type: Fielded, selectionSet: SelectionSetNode): void {
    const seconds = this.#ofTypes(type, null);
    this.#take(seconds, `${type.name} has no maxAge`);
    this.#meet(type);
    this.#select(type, selectionSet, seconds);
  }

  refuse(reason: string): void {
    this.#take(0, reason);
  }

  outcome() {
    const isKept = this.#seconds > 0 && Number.isFinite(this.#seconds);
    const scope: 'PUBLIC' | 'PRIVATE' = this.#isPrivate ? 'PRIVATE' : 'PUBLIC';
    return {
      maxAgeMs: isKept ? this.#seconds * 1000 : 0,
      scope,
      reason: isKept ? null : (this.#reason ?? 'nothing says how long'),
      signature: [...this.#lines, `${scope} ${this.#seconds}`].toSorted().join('\n'),
      types: [...this.#types],
    };
  }

  #take(seconds: number, reason: string): void {
    if (seconds < this.#seconds) this.#seconds = seconds;
    if (seconds === 0) this.#reason ??= reason;
  }

  /** Notes a type that may be in the answer, and what is said of it. */
  #meet(type: GraphQLNamedType): void {
    for (const name of this.#namesBehind(type)) {
      this.#types.add(name);
      const said = this.#rules.said.get(name);
      if (said?.scope === 'PRIVATE') this.#isPrivate = true;
      if (this.#rules.protection.authorization.has(name) && said?.scope !== 'PUBLIC') this.#isPrivate = true;
    }
  }

  #select(type: GraphQLCompositeType, { selections }: SelectionSetNode, around: number | null): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) this.#field(type, selection, around);
      else {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
        const condition = fragment?.typeCondition?.name.value;
        const narrowed = condition === undefined ? type : this.#rules.schema.getType(condition);
        if (!fragment || !narrowed || !isCompositeType(narrowed))
          this.refuse('a fragment on an unknown type');
        else if (this.#overlap(type, narrowed)) this.#select(narrowed, fragment.selectionSet, around);
      }
    }
  }

  #overlap(one: GraphQLNamedType, other: GraphQLNamedType): boolean {
    const names = new Set(this.#namesBehind(one));
    return this.#namesBehind(other).some((name) => names.has(name));
  }

  #field(parent: GraphQLCompositeType, node: FieldNode, around: number | null): void {
    const name = node.name.value;
    if (name === '__typename') return;
    const fields = 'getFields' in parent ? parent.getFields() : {};
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field) {
      this.refuse(`${parent.name}.${name} is not known`);
      return;
    }
    const type = getNamedType(field.type);
    const given = field.args.map((argument) => `${argument.name}:${String(argument.type)}`).join();
    const owners = this.#namesBehind(parent);
    const said = owners.map((owner) => this.#rules.said.get(`${owner}.${name}`));
    this.#lines.add(`${parent.name}.${name}(${given}):${String(field.type)} ${JSON.stringify(said)}`);
    for (const [index, owner] of owners.entries()) this.#scope(`${owner}.${name}`, said[index], type);
    if (!isCompositeType(type)) {
      this.#leaf(`${parent.name}.${name}`, said, around);
      return;
    }
    const seconds = Math.min(...said.map((each) => this.#ofField(each, type, around)));
    this.#take(seconds, `${parent.name}.${name} has no maxAge`);
    this.#meet(type);
    if (node.selectionSet) this.#select(type, node.selectionSet, seconds);
  }

  #scope(coordinate: string, said: CacheControl | undefined, type: GraphQLNamedType): void {
    const { authorization, protectedFields } = this.#rules.protection;
    const isProtected = authorization.has(coordinate) || protectedFields.has(coordinate);
    const isOpen = said?.scope === 'PUBLIC' || this.#rules.said.get(type.name)?.scope === 'PUBLIC';
    if (said?.scope === 'PRIVATE' || (isProtected && !isOpen)) this.#isPrivate = true;
  }

  #leaf(coordinate: string, said: readonly (CacheControl | undefined)[], around: number | null): void {
    for (const each of said) {
      const own = each?.maxAgeSeconds ?? (around === null ? (this.#rules.defaultSeconds ?? 0) : null);
      if (own !== null) this.#take(own, `${coordinate} has no maxAge`);
    }
  }

  #ofField(said: CacheControl | undefined, type: GraphQLNamedType, around: number | null): number {
    if (said?.maxAgeSeconds != null) return said.maxAgeSeconds;
    if (said?.inheritMaxAge && around !== null) return around;
    return this.#ofTypes(type, around);
  }

  /** The shortest of the types that it may be of. */
  #ofTypes(type: GraphQLNamedType, around: number | null): number {
    const { said, defaultSeconds } = this.#rules;
    const general = said.get(type.name);
    return Math.min(
      ...this.#namesBehind(type).map((name) => {
        const { maxAgeSeconds, inheritMaxAge } = said.get(name) ?? general ?? unsaid;
        if (maxAgeSeconds !== null) return maxAgeSeconds;
        return inheritMaxAge && around !== null ? around : (defaultSeconds ?? 0);
      }),
    );
  }

  #namesBehind(type: GraphQLNamedType): readonly string[] {
    if (!isCompositeType(type)) return [];
    if (!isAbstractType(type)) return [type.name];
    return [type.name, ...this.#rules.schema.getPossibleTypes(type).map(({ name }) => name)];
  }
}

const unsaid: CacheControl = { maxAgeSeconds: null, scope: null, inheritMaxAge: false };
