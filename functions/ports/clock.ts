/** Time as an argument: steps ask this port, domain functions get the answer. */
export interface Clock {
  now(): Date;
}
