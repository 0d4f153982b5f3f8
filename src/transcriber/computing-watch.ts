/** Watches what a processor computes. */
export interface ComputingWatch {
  /**
   * Called before each computation.
   * @param unheardSec seconds of audio that are not recognized yet
   * @returns what is called when it has told of something, and when it is done
   */
  during(unheardSec: () => number): WatchedComputing
}

/** One computation that is watched. */
export interface WatchedComputing {
  /** It has told of something. */
  goesOn(): void
  /** It is done. */
  end(): void
}
