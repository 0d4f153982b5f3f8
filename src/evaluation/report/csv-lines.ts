/** Rows of a table as lines of CSV. */
export function csvLines(rows: readonly (readonly (string | number | null)[])[]): readonly string[] {
  const cell = (value: string | number | null) => {
    const text = value === null ? '' : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return rows.map((row) => row.map(cell).join(','))
}
