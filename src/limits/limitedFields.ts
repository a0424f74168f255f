import type { ChosenOperation } from '../model/gatewayPlugin.ts';
import type { RateLimit } from '../model/schemaRules.ts';
import { objectTypesOf, type Place, type SelectedField, selectedFields } from './selectedFields.ts';

/** One place of the result whose field is limited, and by what. */
export interface LimitedField {
  /** The limit, as a number that is the same for the same limit in one operation. */
  readonly at: number;
  readonly coordinate: string;
  readonly limit: RateLimit;
  readonly places: readonly Place[];
}

/**
 * The limited fields that an operation asks for. A field that is selected on an interface is limited as any type that implements it
 * says: which one it will be is not known before.
 */
export function limitedFields({ operation, schema, rules }: ChosenOperation): readonly LimitedField[] {
  const limited: LimitedField[] = [];
  const numbers = new Map<RateLimit, number>();
  const visit = ({ definition, places, children }: SelectedField): void => {
    const byCoordinate = new Map<string, Place[]>();
    for (const place of places) {
      for (const { name } of new Set([place.parent, ...objectTypesOf(place.parent, schema)])) {
        const coordinate = `${name}.${definition.name}`;
        byCoordinate.set(coordinate, [...(byCoordinate.get(coordinate) ?? []), place]);
      }
    }
    for (const [coordinate, own] of byCoordinate) {
      for (const limit of rules.rateLimits.get(coordinate) ?? []) {
        const at = numbers.get(limit) ?? numbers.size;
        numbers.set(limit, at);
        limited.push({ at, coordinate, limit, places: own });
      }
    }
    children.forEach(visit);
  };
  selectedFields(operation.document.document, operation.definition, schema).forEach(visit);
  return limited;
}
