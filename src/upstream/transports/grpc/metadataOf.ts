/** What HTTP/2 has no place for, what speaks of GraphQL, and what belongs to gRPC itself. */
const never = new Set([
  'content-type',
  'accept',
  'connection',
  'host',
  'te',
  'content-length',
  'transfer-encoding',
]);

/** Header fields as the metadata of a gRPC call. */
export function metadataOf(
  headers: Readonly<Record<string, string | string[]>>,
): Readonly<Record<string, string | string[]>> {
  const metadata: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers))
    if (!never.has(name) && !name.startsWith('grpc-') && !name.startsWith(':')) metadata[name] = value;
  return metadata;
}
