import type { Kysely } from 'kysely';
import { otherName } from '../base/boundedNames.ts';
import type { Kind } from './kinds.ts';
import { unknownOperation } from './namedOperations.ts';
import type { Period } from './period.ts';
import { aligned, type Piece, piecesOf, readResolutions } from './piecesOf.ts';
import { readLatencies, readMeasure } from './readTotals.ts';
import { type ShapeMeasure, type ShapeMeasures, shapeMeasures } from './shapeMeasures.ts';
import type { UsageTables } from './usageTables.ts';

/** What limits would have to let through to let through what was asked. */
export interface LimitsAnswer {
  readonly period: Period;
  /** Operations, and calls of them, of which the measures are known. */
  readonly operations: number;
  readonly calls: number;
  readonly shapes: readonly (Spread & { readonly measure: ShapeMeasure })[];
  /** Estimated cost of calls; null where none was counted. */
  readonly cost: Spread | null;
  /** What one address, or identified session, asked in a minute and in the busiest second of it; null where nothing is known. */
  readonly addressMinute: Spread | null;
  readonly addressSecond: Spread | null;
  readonly sessionMinute: Spread | null;
  readonly sessionSecond: Spread | null;
}

/** How values are spread. */
export interface Spread {
  readonly values: number;
  /** 99 of 100 are no larger. */
  readonly p99: number;
  readonly most: number;
  /** The suggestion: half as much again as p99. */
  readonly suggested: number;
  /** Of those that are larger than the suggestion: how many, and the busiest operations of them. */
  readonly over: number;
  readonly overNames: readonly string[];
}

const headroom = 1.5;
const maxNames = 5;

export async function askLimits(
  database: Kysely<UsageTables>,
  { period: asked }: { readonly period: Period },
): Promise<LimitsAnswer> {
  const resolutions = await readResolutions(database);
  const period = aligned(asked, resolutions);
  const pieces = piecesOf(period, resolutions);
  const shapes = await readShapes(database, pieces);
  const spreadOf = async (kind: Kind) => await sketched(database, kind, pieces);
  return {
    period,
    operations: shapes.length,
    calls: shapes.reduce((sum, { calls }) => sum + calls, 0),
    shapes:
      shapes.length === 0 ? [] : shapeMeasures.map((measure) => ({ measure, ...weighted(shapes, measure) })),
    cost: await spreadOf('cost'),
    addressMinute: await spreadOf('addressMinute'),
    addressSecond: await spreadOf('addressSecond'),
    sessionMinute: await spreadOf('sessionMinute'),
    sessionSecond: await spreadOf('sessionSecond'),
  };
}

interface AskedShape {
  readonly name: string;
  readonly calls: number;
  readonly measures: ShapeMeasures;
}

async function readShapes(
  database: Kysely<UsageTables>,
  pieces: readonly Piece[],
): Promise<readonly AskedShape[]> {
  const calls = await readMeasure(database, { kind: 'operation', pieces }, { by: ['one'], column: 'calls' });
  const rows = await database
    .selectFrom('usage_operations')
    .select(['id', 'name', 'depth', 'tokens', 'aliases', 'root_fields', 'directives'])
    .where('tokens', '>', 0)
    .execute();
  return rows.flatMap(({ id, name, root_fields: rootFields, ...measures }) => {
    const count = calls.get(id)?.worth ?? 0;
    if (count === 0 || id === otherName || id === unknownOperation) return [];
    return [{ name: name ?? id.slice(0, 12), calls: count, measures: { ...measures, rootFields } }];
  });
}

/** Of each call the measure of its operation. */
function weighted(shapes: readonly AskedShape[], measure: ShapeMeasure): Spread {
  const inOrder = [...shapes].sort((one, other) => one.measures[measure] - other.measures[measure]);
  const values = shapes.reduce((sum, { calls }) => sum + calls, 0);
  let seen = 0;
  const atP99 = inOrder.find(({ calls }) => {
    seen += calls;
    return seen > 0.99 * (values - 1);
  });
  const p99 = atP99?.measures[measure] ?? 0;
  const suggested = Math.ceil(p99 * headroom);
  const over = shapes.filter(({ measures }) => measures[measure] > suggested);
  return {
    ...{ values, p99, suggested },
    most: inOrder.at(-1)?.measures[measure] ?? 0,
    over: over.reduce((sum, { calls }) => sum + calls, 0),
    overNames: over
      .sort((one, other) => other.calls - one.calls)
      .slice(0, maxNames)
      .map(({ name }) => name),
  };
}

/** Of what was counted in sketches: within 1 %. */
async function sketched(
  database: Kysely<UsageTables>,
  kind: Kind,
  pieces: readonly Piece[],
): Promise<Spread | null> {
  const sketches = await readLatencies(database, { kind, pieces }, ['one']);
  const sketch = sketches.get('');
  const p99 = sketch?.quantile(0.99) ?? null;
  if (!sketch || p99 === null) return null;
  const suggested = Math.ceil(Math.round(p99) * headroom);
  return {
    values: sketch.total,
    p99: Math.round(p99),
    most: Math.round(sketch.quantile(1) ?? 0),
    suggested,
    over: sketch.countAbove(suggested),
    overNames: [],
  };
}
