/** The rows of a table in text, each as a list of cells. Quoted cells of CSV may have separators and line breaks in them. */
export function tableRows(text: string, separator: ',' | '\t'): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  const content = text.replace(/^\ufeff/, '')
  const closeRow = () => {
    row.push(cell)
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
    cell = ''
  }
  for (let index = 0; index < content.length; index++) {
    const character = content[index]
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (content[index + 1] === '"') {
        cell += '"'
        index++
      } else isQuoted = false
    } else if (character === '"' && cell === '' && separator === ',') isQuoted = true
    else if (character === separator) {
      row.push(cell)
      cell = ''
    } else if (character === '\n') closeRow()
    else if (character !== '\r') cell += character
  }
  closeRow()
  return rows
}
