import type { IncomingHttpHeaders } from 'node:http';
import type { OperationRequest } from './operation.ts';

/** The media type an answer is written in; it also decides the status of faults (GraphQL over HTTP, sections 6.4.1 and 6.4.2). */
export type ResultMediaType = 'application/json' | 'application/graphql-response+json';

/** A route as clients see it. */
export interface ArrivedRoute {
  /** With its prefix, such as `/rest/countries/:code`. */
  readonly template: string;
  /** Whether what is asked is in the body, at least in part. */
  readonly hasBody: boolean;
}

/** A request as it stands at the door: headers are read, the body is not. */
export interface Arrival {
  readonly requestId: string;
  /** Monotonic milliseconds. */
  readonly arrivedAtMs: number;
  /** By when it is to be answered, in monotonic milliseconds; absent where it may take as long as it likes. */
  readonly deadlineMs?: number;
  readonly method: string;
  /** The query part of the URL with its `?`, or an empty text. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  /** The client's address: IPv4, or IPv6 in small letters; an empty text when it cannot be read. */
  readonly address: string;
  /** The trusted proxy that told the address; null when it is that of the connection. */
  readonly proxy: string | null;
  readonly client: { readonly name: string | null; readonly version: string | null };
  /** Whether a trusted proxy sent it on: what it says of the request is believed. */
  readonly isForwarded?: boolean;
  /** The route it came by; null or absent where operations are sent as GraphQL. */
  readonly route?: ArrivedRoute | null;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Reads what is asked, from the body or the URL; a list stands for a batch. Called once, after the caller is known. */
  readAsked(): Promise<OperationRequest | readonly OperationRequest[]>;
}
