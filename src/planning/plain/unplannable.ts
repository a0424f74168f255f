/** Thrown where plain planning finds no way: Apollo's plan is taken as it is then. */
export class Unplannable extends Error {}
