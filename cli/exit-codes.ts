/** What the program's exit code means; `rollguard --help` prints the same table. */
export const EXIT = { ok: 0, failed: 1, badInput: 2, notFound: 3, notRecovered: 4, notReleasable: 5, notCarriedOut: 6 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODE_HELP = `Exit codes:
  0  done
  1  unexpected failure, or AWS did not do what it was asked
  2  bad input, or refused before anything was done
  3  the incident, service or deployment of Rollguard was not found
  4  the rollback ended and the service did not recover
  5  the service may not be released now
  6  the request was not carried out: another incident of the service was open, and it joined that one`;
