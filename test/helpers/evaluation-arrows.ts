/** What the rooms of evaluation may import; part of the table of `test/architecture.test.ts`. */
export const EVALUATION_ARROWS: Readonly<Record<string, readonly string[]>> = {
  evaluation: [
    'evaluation/errors',
    'evaluation/material',
    'evaluation/measures',
    'evaluation/normalizers',
    'evaluation/statistics',
  ],
  'evaluation/errors': ['evaluation/statistics (types)'],
  'evaluation/latency': ['evaluation/statistics'],
  'evaluation/material': [],
  'evaluation/measures': ['evaluation/errors', 'evaluation/latency', 'evaluation/material', 'evaluation/normalizers'],
  'evaluation/normalizers': [],
  'evaluation/recorded': ['evaluation/normalizers'],
  'evaluation/references': ['evaluation/material'],
  'evaluation/report': ['evaluation', 'evaluation/errors', 'evaluation/statistics'],
  'evaluation/statistics': [],
  trials: [
    'evaluation',
    'evaluation/material',
    'evaluation/normalizers (types)',
    'evaluation/references',
    'transcriber (types)',
  ],
}

/** What commands may import of them. */
export const EVALUATION_FOR_COMMANDS: readonly string[] = [
  'evaluation',
  'evaluation/normalizers',
  'evaluation/recorded',
  'evaluation/report',
]
