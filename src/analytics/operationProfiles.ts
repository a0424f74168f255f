import {
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import type { Operation } from '../model/operation.ts';
import { createInputShapes, type InputShape, type InputShapes, noteValue } from './inputShapes.ts';
import { createNamedFields } from './namedFields.ts';
import { type NoteCoordinate, noteAll } from './noteLiteral.ts';
import { type CoordinateParts, operationCoordinates } from './operationCoordinates.ts';
import { type OperationSignature, operationSignature } from './operationSignature.ts';
import type { MeasureShape, ShapeMeasures } from './shapeMeasures.ts';

/** What is told of an operation besides its signature; worked out once for each prepared document. */
export interface OperationProfile extends OperationSignature {
  readonly name: string | null;
  readonly kind: Operation['kind'];
  /** The schema coordinates its document names, worked out anew. */
  coordinates(): ReadonlySet<string>;
  readonly measures: ShapeMeasures;
  /** The day on which it was noted last that this was asked. */
  seenOn: number;
  /** Tells which enum values and input fields these variables use, each once a day. */
  noteVariables(variables: Operation['variables'], day: number, note: NoteCoordinate): void;
}

export interface OperationProfiles {
  of(operation: Operation, schema: GraphQLSchema): OperationProfile;
}

/** Values looked at in the variables of one request; where there are more, all that their types have counts as used. */
const maxValues = 200;

/** What is worked out once for each schema. */
interface ProfileParts extends CoordinateParts {
  readonly measure: MeasureShape;
  readonly shapes: InputShapes;
}

/** Kept as long as the prepared document is: the definition is one of its nodes. */
export function createOperationProfiles({ measure }: { measure: MeasureShape }): OperationProfiles {
  const known = new WeakMap<OperationDefinitionNode, OperationProfile>();
  const partsOf = new WeakMap<GraphQLSchema, ProfileParts>();
  return {
    of(operation, schema) {
      const kept = known.get(operation.definition);
      if (kept) return kept;
      const parts = partsOf.get(schema) ?? {
        schema,
        measure,
        fields: createNamedFields(),
        shapes: createInputShapes(),
      };
      partsOf.set(schema, parts);
      const profile = profileOf(operation, parts);
      known.set(operation.definition, profile);
      return profile;
    },
  };
}

function profileOf(operation: Operation, parts: ProfileParts): OperationProfile {
  const { document, definition, name, kind } = operation;
  const signature = operationSignature(document.document, definition);
  const inputs = inputsOf(definition, parts);
  let metOn = 0;
  let met = new Set<string>();
  return {
    ...signature,
    name,
    kind,
    measures: parts.measure(operation),
    seenOn: 0,
    coordinates: () => operationCoordinates(document.document, definition, parts),
    noteVariables(variables, day, note) {
      if (inputs.length === 0) return;
      if (metOn !== day) met = new Set();
      metOn = day;
      const notes = { note, met, patience: maxValues };
      for (const { variable, shape } of inputs) noteValue(shape, variables[variable], notes);
      if (notes.patience >= 0 || met.has(everything)) return;
      met.add(everything);
      for (const { type } of inputs) noteAll(type, note);
    },
  };
}

/** No coordinate: all of them have been noted. */
const everything = '*';

interface Input {
  readonly variable: string;
  readonly type: GraphQLInputType;
  readonly shape: InputShape;
}

function inputsOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  { schema, shapes }: ProfileParts,
): readonly Input[] {
  return variableDefinitions.flatMap(({ variable, type: written }) => {
    const type = typeFromAST(schema, written as never);
    const shape = isInputType(type) ? shapes.of(type) : null;
    return isInputType(type) && shape ? [{ variable: variable.name.value, type, shape }] : [];
  });
}
