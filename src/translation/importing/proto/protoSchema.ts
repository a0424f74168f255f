import type { GrpcMethod } from '../../../model/translation.ts';
import type { MessageTable } from '../../messageTable.ts';

/** A method of a service, and what is written about it. */
export interface ProtoMethod extends GrpcMethod {
  readonly service: string;
  readonly name: string;
  readonly comment: string | null;
  /** Whether asking twice is as good as asking once. */
  readonly isRead: boolean;
}

/** What a .proto file says, in our words. */
export interface ProtoSchema extends MessageTable {
  readonly called: readonly ProtoMethod[];
  /** Of messages, fields, enums and their values, by full name. */
  readonly comments: ReadonlyMap<string, string>;
  readonly remarks: string[];
}
