/** Ways of running the program that benchmarks compare, by name, with their options. */
export const MODES: Readonly<Record<string, string>> = {
  offline: '--offline',
  'offline-fast': '--offline --fast',
  'local-agreement': '--comp-unaware --min-chunk-size 1',
  alignatt: '--comp-unaware --min-chunk-size 0.5 --policy alignatt',
  'local-agreement-vac': '--comp-unaware --min-chunk-size 1 --vac',
  'alignatt-vac': '--comp-unaware --min-chunk-size 0.5 --policy alignatt --vac',
  'local-agreement-vad': '--comp-unaware --min-chunk-size 1 --vad',
  'alignatt-vad': '--comp-unaware --min-chunk-size 0.5 --policy alignatt --vad',
}
