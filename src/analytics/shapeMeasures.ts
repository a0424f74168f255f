import type { Operation } from '../model/operation.ts';

/** What is measured of operations and may be limited, in the order it is told. */
export const shapeMeasures = ['depth', 'tokens', 'aliases', 'rootFields', 'directives'] as const;

export type ShapeMeasure = (typeof shapeMeasures)[number];

/** What an operation comes to. */
export type ShapeMeasures = Readonly<Record<ShapeMeasure, number>>;

/** Measures an operation by the rules of the limits; filled in by who knows these. */
export type MeasureShape = (operation: Operation) => ShapeMeasures;
