/** A message that went to the gateway and what came back, as people may read it: secrets masked. */
export interface Said {
  readonly sent: string;
  readonly received: string;
}
