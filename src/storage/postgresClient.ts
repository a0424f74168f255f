import { Client } from 'pg';

type Told = (failure: Error | null) => void;

/**
 * A client that hangs up when it could not connect. pg leaves the socket open where it is the client that gives up, as on a password it
 * cannot use: each try would hold a place at the server for a minute.
 */
export class PostgresClient extends Client {
  override connect(): Promise<PostgresClient>;
  override connect(tell: Told): void;
  override connect(tell?: Told): Promise<PostgresClient> | undefined {
    if (!tell)
      return new Promise((resolve, reject) =>
        this.connect((failure) => (failure ? reject(failure) : resolve(this))),
      );
    super.connect((failure: Error | null) => {
      if (failure) this.connection.stream.destroy();
      tell(failure);
    });
    return undefined;
  }
}
