/** What OTLP/HTTP sends for traces, read by hand from the wire format of protobuf: as much of it as tests look at. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Trace ids of its links. */
  readonly links: readonly string[];
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number;
  /** Of the process. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A field of a message: its number, and its bytes or its number. */
type Field = readonly [number: number, value: Buffer | bigint];

/** The body of an ExportTraceServiceRequest. */
export function readSpans(body: Buffer): ReceivedSpan[] {
  return messages(body, 1).flatMap((resourceSpans) => {
    const resource = attributesOf(messages(resourceSpans, 1)[0] ?? Buffer.alloc(0), 1);
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => readSpan(span, resource));
  });
}

function readSpan(span: Buffer, resource: ReceivedSpan['resource']): ReceivedSpan {
  const [status] = messages(span, 15);
  return {
    traceId: messages(span, 1)[0]?.toString('hex') ?? '',
    spanId: messages(span, 2)[0]?.toString('hex') ?? '',
    parentSpanId: messages(span, 4)[0]?.toString('hex') ?? '',
    name: messages(span, 5)[0]?.toString() ?? '',
    kind: Number(numbers(span, 6)[0] ?? 0n),
    startMs: Number(numbers(span, 7)[0] ?? 0n) / 1e6,
    endMs: Number(numbers(span, 8)[0] ?? 0n) / 1e6,
    attributes: attributesOf(span, 9),
    links: messages(span, 13).map((link) => messages(link, 1)[0]?.toString('hex') ?? ''),
    status: Number(status ? (numbers(status, 3)[0] ?? 0n) : 0n),
    resource,
  };
}

function attributesOf(message: Buffer, number: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(message, number).map((pair) => [
      messages(pair, 1)[0]?.toString() ?? '',
      readValue(messages(pair, 2)[0] ?? Buffer.alloc(0)),
    ]),
  );
}

function readValue(value: Buffer): unknown {
  const [[number, held] = [0, 0n]] = fieldsOf(value);
  if (number === 1) return (held as Buffer).toString();
  if (number === 2) return held !== 0n;
  if (number === 3) return Number(held);
  return null;
}

function messages(message: Buffer, number: number): Buffer[] {
  return fieldsOf(message).flatMap(([each, value]) =>
    each === number && Buffer.isBuffer(value) ? [value] : [],
  );
}

function numbers(message: Buffer, number: number): bigint[] {
  return fieldsOf(message).flatMap(([each, value]) =>
    each === number && typeof value === 'bigint' ? [value] : [],
  );
}

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at];
      if (byte === undefined) throw new Error('The message is cut off');
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number): Buffer => {
    if (at + length > message.length) throw new Error('The message is cut off');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const [number, wireType] = [tag >>> 3, tag & 7];
    if (wireType === 0) fields.push([number, varint()]);
    else if (wireType === 1) fields.push([number, bytes(8).readBigUInt64LE()]);
    else if (wireType === 2) fields.push([number, bytes(Number(varint()))]);
    else if (wireType === 5) fields.push([number, BigInt(bytes(4).readUInt32LE())]);
    else throw new Error(`Wire type ${wireType} is none of protobuf's`);
  }
  return fields;
}
