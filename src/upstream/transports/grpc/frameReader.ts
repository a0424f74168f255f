import type { CallFailure } from '../../callFailure.ts';
import { malformedResponse } from '../../malformedResponse.ts';
import { tooLargeResponse } from '../../tooLargeResponse.ts';

interface FrameBounds {
  readonly subgraph: string;
  readonly maxBytes: number;
  readonly maxMessages: number;
}

/** A message as it came. */
export interface Frame {
  readonly isCompressed: boolean;
  readonly bytes: Buffer;
}

const headLength = 5;

/** Takes the messages out of the bytes of a gRPC answer, however they are cut up. */
export class FrameReader {
  readonly frames: Frame[] = [];
  readonly #bounds: FrameBounds;
  #chunks: Buffer[] = [];
  #length = 0;
  /** Of the frame that is being read, its head included. */
  #wanted = headLength;

  constructor(bounds: FrameBounds) {
    this.#bounds = bounds;
  }

  /** Whether a frame has begun and not ended. */
  get isOpen(): boolean {
    return this.#length > 0;
  }

  /** Gives the failure when this is no frame, or one that is not read. */
  add(chunk: Buffer): CallFailure | null {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#wanted) {
      const [only] = this.#chunks;
      const all = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks);
      if (this.#wanted === headLength) {
        const fault = this.#begin(all);
        if (fault) return fault;
        this.#chunks = [all];
        if (this.#length < this.#wanted) return null;
      }
      this.frames.push({ isCompressed: all[0] === 1, bytes: all.subarray(headLength, this.#wanted) });
      if (this.frames.length > this.#bounds.maxMessages)
        return tooLargeResponse(this.#bounds.subgraph, `${this.#bounds.maxMessages} messages`);
      const rest = all.subarray(this.#wanted);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
      this.#wanted = headLength;
    }
    return null;
  }

  #begin(bytes: Buffer): CallFailure | null {
    const { subgraph, maxBytes } = this.#bounds;
    const length = bytes.readUInt32BE(1);
    if ((bytes[0] as number) > 1)
      return malformedResponse(subgraph, { why: 'no frame' }, undefined, 'something that is not gRPC');
    if (length > maxBytes) return tooLargeResponse(subgraph, `${maxBytes} bytes`);
    this.#wanted = headLength + length;
    return null;
  }
}
