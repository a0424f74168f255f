/** Whether a file holds options alone: nothing that is asked for or answered is made of them. */
export function isOptionsOnly(name: string): boolean {
  return (
    name === 'google/protobuf/descriptor.proto' ||
    /^(?:google\/api\/|google\/rpc\/|validate\/|buf\/|gogoproto\/|protoc-gen-openapiv2\/|protoc-gen-openapi\/)/.test(
      name,
    )
  );
}
