import { usageBytes, writeUsage } from './usageRecord.ts';

/** Records that have not been written yet, one behind the other. */
export interface RecordBuffer {
  add(record: { id: string; units: number; atMs: number; charged: Buffer }): void;
  bytes(): number;
  /** Takes all there is. */
  take(): Buffer;
}

const firstRoom = 64 * 1024;

export function createRecordBuffer(): RecordBuffer {
  let room = Buffer.allocUnsafe(firstRoom);
  let used = 0;
  return {
    add(record) {
      const needed = used + usageBytes(record.id, record.charged);
      if (needed > room.length) {
        const larger = Buffer.allocUnsafe(Math.max(needed, room.length * 2));
        room.copy(larger, 0, 0, used);
        room = larger;
      }
      used = writeUsage(room, used, record);
    },
    bytes: () => used,
    take() {
      const taken = room.subarray(0, used);
      if (used > 0) room = Buffer.allocUnsafe(firstRoom);
      used = 0;
      return taken;
    },
  };
}
