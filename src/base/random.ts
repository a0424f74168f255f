/** Chance as an argument, so that tests can repeat it: a number from 0 up to, but not, 1. */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();
