/** What runs on a node while it is configured: one mode of the bridge. */
export interface Live {
  /** Begins to act. Called again after {@link deactivate}. */
  activate(): Promise<void>;
  /** Stops acting and keeps everything open. */
  deactivate(): Promise<void>;
  /** Settles when a client of the network has asked it to end. */
  readonly quit: Promise<void>;
  /** Leaves the topics and services; the node is the caller's. Closing again does nothing. */
  close(): Promise<void>;
}
