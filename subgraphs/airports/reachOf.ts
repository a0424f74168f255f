import { badInput } from '../badInput.ts';
import { pageSize } from '../pageSize.ts';

export interface NearbyArguments {
  readonly first?: number | null;
  readonly withinKm?: number | null;
  readonly scheduledOnly?: boolean | null;
}

/** How far to look for airports around a place, with what is usual for what is not said. */
export function reachOf({ first, withinKm, scheduledOnly }: NearbyArguments) {
  const radiusKm = withinKm ?? 60;
  if (radiusKm < 1 || radiusKm > 500) throw badInput(`withinKm is ${radiusKm}; it may be 1 to 500.`);
  return { first: pageSize(first, 3), withinKm: radiusKm, scheduledOnly: scheduledOnly ?? true };
}
