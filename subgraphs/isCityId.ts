/** Could this be a City.id? They are GeoNames numbers; which of them are cities, only the cities subgraph knows. */
export function isCityId(id: unknown): id is string {
  return typeof id === 'string' && /^[1-9]\d{0,9}$/.test(id);
}
