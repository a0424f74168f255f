/** A place on Earth, in degrees. */
export interface Location {
  readonly lat: number;
  readonly lon: number;
}

/** Finds the places around a place. */
export interface NearbyIndex {
  /** Calls `visit` with the position of every place within the distance and how far it is, in no particular order. */
  visitWithin(centre: Location, withinKm: number, visit: (position: number, km: number) => void): void;
}

const earthRadiusKm = 6371;
const kmPerDegree = (Math.PI * earthRadiusKm) / 180;

/**
 * The places sorted by latitude: those within some kilometres lie in one band of it, found by binary search. Inside the band the
 * distance is compared as a chord through the globe, which needs no trigonometry and no care at the poles or the date line.
 */
export function createNearbyIndex(places: readonly Location[]): NearbyIndex {
  const positions = Uint32Array.from(places.keys()).sort((a, b) => latAt(places, a) - latAt(places, b));
  const lats = Float64Array.from(positions, (position) => latAt(places, position));
  const points = new Float64Array(positions.length * 3);
  for (const [row, position] of positions.entries()) {
    points.set(onUnitSphere(places[position] ?? nowhere), row * 3);
  }

  return {
    visitWithin(centre, withinKm, visit) {
      const [x, y, z] = onUnitSphere(centre);
      const maxChord = 2 * Math.sin(Math.min(withinKm / earthRadiusKm, Math.PI) / 2);
      const maxSquare = maxChord * maxChord;
      const lastLat = centre.lat + withinKm / kmPerDegree;
      for (let row = rowFrom(lats, centre.lat - withinKm / kmPerDegree); row < lats.length; row++) {
        if ((lats[row] ?? 0) > lastLat) return;
        const dx = (points[row * 3] ?? 0) - x;
        const dy = (points[row * 3 + 1] ?? 0) - y;
        const dz = (points[row * 3 + 2] ?? 0) - z;
        const square = dx * dx + dy * dy + dz * dz;
        if (square > maxSquare) continue;
        visit(positions[row] ?? 0, 2 * earthRadiusKm * Math.asin(Math.sqrt(square) / 2));
      }
    },
  };
}

const nowhere: Location = { lat: 0, lon: 0 };

function latAt(places: readonly Location[], position: number): number {
  return (places[position] ?? nowhere).lat;
}

/** The first row whose latitude is not below `lat`. */
function rowFrom(lats: Float64Array, lat: number): number {
  let low = 0;
  let high = lats.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lats[middle] ?? 0) < lat) low = middle + 1;
    else high = middle;
  }
  return low;
}

function onUnitSphere({ lat, lon }: Location): [x: number, y: number, z: number] {
  const phi = (lat * Math.PI) / 180;
  const lambda = (lon * Math.PI) / 180;
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}
