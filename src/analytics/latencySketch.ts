/** The error of a quantile, relative to the true value. */
const accuracy = 0.01;
const gamma = (1 + accuracy) / (1 - accuracy);
const logGamma = Math.log(gamma);
/** Shorter times count as this one, longer ones as that: both ends are beyond what a request can take. */
const leastMs = 0.001;
const mostMs = 1e8;
/** A sketch of one value has room for its neighbours, or each of the first ones would move it. */
const roomAround = 4;

/** The bucket of a time; its bounds are a factor of `gamma` apart. */
export function bucketOf(ms: number): number {
  return Math.ceil(Math.log(Math.min(Math.max(ms, leastMs), mostMs)) / logGamma);
}

/**
 * Times in buckets whose width grows with them (DDSketch, Masson and others, VLDB 2019): any quantile is within 1 % of the true one,
 * sketches of different minutes or processes add up to the sketch of all their times, and one has at most 1,270 buckets.
 */
export class LatencySketch {
  /** The number of times in each bucket, from `#first` on; there are very many sketches, so in as few bytes as will do. */
  #counts: Uint32Array | Float64Array = new Uint32Array(0);
  #first = 0;
  #total = 0;

  /** How many times it holds. */
  get total(): number {
    return this.#total;
  }

  /** Of memory, about. */
  get bytes(): number {
    return this.#counts.byteLength;
  }

  add(ms: number): void {
    this.addToBucket(bucketOf(ms), 1);
  }

  addToBucket(bucket: number, count: number): void {
    const at = bucket - this.#first;
    if (at < 0 || at >= this.#counts.length) this.#makeRoom(bucket, bucket);
    const index = bucket - this.#first;
    const sum = (this.#counts[index] ?? 0) + count;
    if (sum > most32) this.#widen();
    this.#counts[index] = sum;
    this.#total += count;
  }

  merge(other: LatencySketch): void {
    const { length } = other.#counts;
    if (length === 0) return;
    this.#makeRoom(other.#first, other.#first + length - 1);
    // No bucket can hold more than all.
    if (this.#total + other.#total > most32) this.#widen();
    const shift = other.#first - this.#first;
    for (let at = 0; at < length; at += 1)
      this.#counts[at + shift] = (this.#counts[at + shift] ?? 0) + (other.#counts[at] ?? 0);
    this.#total += other.#total;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  /** The time that this part of all are at most as long as, in ms; null when there is none. `quantile(0.95)` is p95. */
  quantile(part: number): number | null {
    if (this.#total === 0) return null;
    const rank = part * (this.#total - 1);
    let seen = 0;
    for (let at = 0; at < this.#counts.length; at += 1) {
      seen += this.#counts[at] ?? 0;
      if (seen > rank) return middleOf(this.#first + at);
    }
    throw new Error('A sketch has lost count');
  }

  /** How many times lie between these, which go up, and beyond: one more than there are bounds. */
  countsBetween(bounds: readonly number[]): readonly number[] {
    const buckets = bounds.map(bucketOf);
    const counts = [0, ...bounds.map(() => 0)];
    let part = 0;
    for (let at = 0; at < this.#counts.length; at += 1) {
      while (part < buckets.length && this.#first + at > (buckets[part] ?? 0)) part += 1;
      counts[part] = (counts[part] ?? 0) + (this.#counts[at] ?? 0);
    }
    return counts;
  }

  /** How many are longer than this one and those that count as equal to it. */
  countAbove(ms: number): number {
    const from = Math.max(0, bucketOf(ms) + 1 - this.#first);
    let count = 0;
    for (let at = from; at < this.#counts.length; at += 1) count += this.#counts[at] ?? 0;
    return count;
  }

  /** As text: the first bucket, then each that holds something as its distance and its count, as varints in base64. */
  encode(): string {
    const bytes: number[] = [];
    let last = this.#first;
    for (let at = 0; at < this.#counts.length; at += 1) {
      const count = this.#counts[at] ?? 0;
      if (count === 0) continue;
      const bucket = this.#first + at;
      if (bytes.length === 0) writeVarint(bytes, bucket - firstBucket);
      else writeVarint(bytes, bucket - last);
      writeVarint(bytes, count);
      last = bucket;
    }
    return Buffer.from(bytes).toString('base64');
  }

  /** Adds what `encode` wrote; a list by p95 reads tens of thousands of them, so nothing is done twice here. */
  mergeEncoded(text: string): void {
    if (text === '') return;
    const bytes = Buffer.from(text, 'base64');
    const { length } = bytes;
    // Room for all there can be, and no bucket can hold more than all: then every count has its place.
    this.#makeRoom(firstBucket, lastBucket);
    if (this.#counts instanceof Uint32Array) this.#widen();
    const counts = this.#counts;
    const place = { at: 0 };
    let index = 0;
    let total = 0;
    while (place.at < length) {
      const distance = bytes[place.at] ?? 0;
      if (distance < 128) place.at += 1;
      index += distance < 128 ? distance : readVarint(bytes, place);
      const few = bytes[place.at] ?? 128;
      if (few < 128) place.at += 1;
      const count = few < 128 ? few : readVarint(bytes, place);
      counts[index] = (counts[index] ?? 0) + count;
      total += count;
    }
    this.#total += total;
  }

  #widen(): void {
    if (this.#counts instanceof Uint32Array) this.#counts = Float64Array.from(this.#counts);
  }

  #makeRoom(from: number, to: number): void {
    const { length } = this.#counts;
    const last = this.#first + length - 1;
    if (length > 0 && from >= this.#first && to <= last) return;
    const first = length > 0 && from >= this.#first ? this.#first : Math.max(firstBucket, from - roomAround);
    const end = length > 0 && to <= last ? last : Math.min(lastBucket, to + roomAround);
    const room = end - first + 1;
    const counts = this.#counts instanceof Uint32Array ? new Uint32Array(room) : new Float64Array(room);
    counts.set(this.#counts, length === 0 ? 0 : this.#first - first);
    this.#counts = counts;
    this.#first = first;
  }
}

const most32 = 0xffff_ffff;
const firstBucket = bucketOf(leastMs);
const lastBucket = bucketOf(mostMs);

/** The value that is within `accuracy` of all in the bucket. */
function middleOf(bucket: number): number {
  return (2 * gamma ** bucket) / (gamma + 1);
}

/** Seven bits a byte, the lowest first; divided and not shifted, for counts may need more than 32 bits. */
function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function readVarint(bytes: Buffer, place: { at: number }): number {
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = bytes[place.at];
    if (byte === undefined) throw new Error('A sketch is cut off');
    place.at += 1;
    value += (byte % 128) * factor;
    if (byte < 128) return value;
    factor *= 128;
  }
}
