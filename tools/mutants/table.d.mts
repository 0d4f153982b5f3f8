export const MUTANTS: readonly {
  readonly id: string
  readonly file: string
  readonly search: string
  readonly tests: readonly string[]
}[]
