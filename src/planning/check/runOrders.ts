/** A step that counts on one it is parallel to finds it done in one of these and not in the other. */
export const runOrders = ['forwards', 'backwards'] as const;

export type RunOrder = (typeof runOrders)[number];
