/** Thrown where a plan asks what cannot be told rightly. */
export class Fault extends Error {}
