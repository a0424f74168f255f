/** Where one running copy of a subgraph is. */
export interface InstanceAddress {
  readonly url: string;
  /** Its share of the calls beside the others'. */
  readonly weight: number;
  /** What it shares its fate with, such as a data centre; null when nobody said. */
  readonly zone: string | null;
}
