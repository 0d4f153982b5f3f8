import { describe, expect, it } from 'vitest'
import { NORMALIZERS } from '../../src/evaluation/normalizers/normalizers.js'

const { basic, english } = NORMALIZERS
const whisperBasic = NORMALIZERS['whisper-basic']

describe("Whisper's English normalizer", () => {
  it.each([
    ['It is twenty-two degrees.', 'it is 22 degrees'],
    ['one oh one, double seven', '10177'],
    ['$20 million and a half', '$20000000.5'],
    ['two and a half million', '2500000'],
    ['minus three point five percent', '-3.5%'],
    ['two dollars and seven cents', '$2.07'],
    ['the twenty first, in the 1960s', 'the 21st in the 1960s'],
    ["I won't, he's gone, they'd been", 'i will not he has gone they had been'],
    ['Mr. Smith and Dr. Brown', 'mister smith and doctor brown'],
    ['the colour of the theatre', 'the color of the theater'],
    ['um, well [noise] (laughs) yes', 'well yes'],
    ['one thousand two hundred and five', '1205'],
    ["O'Neill", '0 neill'],
    ['Café naïve straße', 'cafe naive strasse'],
    ['٣ million', '3000000'],
    ['nine hundred decillion', `9${'0'.repeat(35)}`],
  ])('%s', (text, normalized) => {
    expect(english(text).trim()).toBe(normalized)
  })
})

describe('the other normalizers', () => {
  it('basic keeps letters, digits and inner apostrophes', () => {
    expect(basic(' “Don’t,” he said -- it’s 1984! ’tis')).toBe("don't he said it's 1984 tis")
  })

  it("Whisper's basic one takes marks and symbols away", () => {
    expect(whisperBasic('Ça va? [noise] Très bien, 5 €')).toBe('ça va très bien 5 ')
  })
})
