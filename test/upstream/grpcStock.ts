import { status } from '@grpc/grpc-js';
import type { GrpcMethods } from '../support/startGrpcService.ts';

/** A shop's stock: every kind of value that protobuf has. */
export const proto = `
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/empty.proto";

service Stock {
  rpc GetItem(GetItemRequest) returns (Item);
  rpc EchoItem(Item) returns (Item);
  rpc BatchGetItems(BatchGetItemsRequest) returns (Items);
  rpc ListParts(GetItemRequest) returns (stream Part);
  rpc DeleteItem(GetItemRequest) returns (google.protobuf.Empty);
}
message GetItemRequest { string id = 1; }
message BatchGetItemsRequest { repeated string ids = 1; }
message Items { repeated Item items = 1; }
message Part { int32 number = 1; string name = 2; }
enum Kind { KIND_UNSPECIFIED = 0; KIND_TOOL = 1; KIND_TOY = 2; }
message Item {
  string id = 1;
  // What is on its label.
  string full_name = 2;
  Kind kind = 3;
  int64 sold = 4;
  uint64 serial = 5;
  sint64 balance = 6;
  optional int32 rank = 7;
  int32 count = 8;
  repeated Kind kinds = 9;
  map<string, int32> sizes = 10;
  oneof look { string colour = 11; int32 pattern = 12; }
  google.protobuf.Timestamp made_at = 13;
  google.protobuf.Duration lasts = 14;
  google.protobuf.StringValue note = 15;
  google.protobuf.Struct more = 16;
  bytes picture = 17;
  Item inner = 18;
  repeated double weights = 19;
  fixed32 code = 20;
  bool fragile = 21;
  float price = 22;
}
`;

export const mapping = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key"])
type Item @key(fields: "id") @grpc(method: "BatchGetItems", each: "$id", into: "ids", result: "items", by: "id") {
  id: ID!
  parts: [Part!] @grpc(method: "ListParts", request: "{ id: $id }")
}
`;

export const fields = `id fullName kind sold serial balance rank count kinds sizes { key value } colour pattern madeAt lasts note more
  picture weights code fragile price`;

export const refused = (code: number, details: string) =>
  Object.assign(new Error(details), { code, details });

export const methods: GrpcMethods = {
  EchoItem: (item: object) => item,
  GetItem({ id }: { id: string }) {
    const code = Number(id);
    if (id === '7' || id === 'held')
      return {
        id,
        full_name: 'Item 7',
        kinds: ['KIND_TOY', 'KIND_TOOL'],
        sizes: { a: 1 },
        inner: { id: 'inner of 7' },
      };
    if (id.startsWith('status ')) throw refused(Number(id.slice(7)), 'such as it is');
    return code ? { id, full_name: `Item ${id}` } : { id };
  },
  BatchGetItems({ ids }: { ids: string[] }) {
    const found = ids.filter((id) => id !== 'none').reverse();
    return { items: found.map((id) => ({ id, full_name: `Item ${id}` })) };
  },
  async *ListParts({ id }: { id: string }) {
    if (id === 'endless') for (;;) yield { number: 1, name: 'x'.repeat(1000) };
    if (id === 'broken') {
      yield { number: 1 };
      throw refused(status.INTERNAL, 'a secret of the service');
    }
    for (let number = 1; number <= 3; number += 1) yield { number, name: `${id} ${number}` };
  },
  DeleteItem: () => ({}),
};
