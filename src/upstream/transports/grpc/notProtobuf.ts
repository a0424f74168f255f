/** What came is no message of protobuf; the text says why, for the log. */
export class NotProtobuf extends Error {}
