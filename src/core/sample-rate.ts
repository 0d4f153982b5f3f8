/** Sample rate (Hz) of all audio inside the program. */
export const SAMPLE_RATE = 16_000
