import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Segment } from '../../src/core/types.js'
import { CommittedLine } from '../../src/terminal/committed-line.js'
import { LiveView } from '../../src/terminal/live-view.js'
import { printable, rowsOf } from '../../src/terminal/text-flow.js'
import { settled } from '../helpers/memory-source.js'
import { EmulatedTerminal } from '../helpers/terminal.js'

let clock = 0
/** Text that follows what was said before it without a pause. */
const said = (text: string, pauseSec = 0): Segment => {
  clock += pauseSec
  return { begin: clock, end: ++clock, text, words: [] }
}

function viewed(columns: number, rows: number, { styled = true, separator = ' ' } = {}) {
  const terminal = new EmulatedTerminal(columns, rows)
  const view = new LiveView(terminal, { isStyled: styled, settleMs: 0 })
  view.begin(separator)
  return {
    terminal,
    view,
    lines: async () => {
      await settled()
      return terminal.screen.lines()
    },
    dim: async () => {
      await settled()
      return terminal.screen.dim()
    },
  }
}

describe('a committed line', () => {
  const text = fc.oneof(
    fc.lorem({ maxCount: 12, mode: 'words' }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.stringMatching(/^[ ab\n私]{0,30}$/),
  )
  const bare = (given: string) => given.replace(/\s+/g, '')

  it('loses and adds nothing but white space, and fits', () => {
    fc.assert(
      fc.property(fc.array(text), fc.integer({ min: 3, max: 60 }), (pieces, columns) => {
        const line = new CommittedLine(true)
        let written = ''
        for (const piece of pieces) {
          line.add(piece.split('\n').map(printable).join('\n'))
          written += line.settle(columns)
        }
        expect(bare(written)).toBe(bare(pieces.map((piece) => piece.split('\n').map(printable).join('')).join('')))
        for (const row of written.split('\n')) expect(rowsOf(row, columns)).toBe(1)
      }),
    )
  })

  it('keeps words together', () => {
    fc.assert(
      fc.property(fc.array(fc.lorem({ maxCount: 5, mode: 'words' })), (pieces) => {
        const line = new CommittedLine(true)
        let written = ''
        for (const piece of pieces) {
          line.add(` ${piece}`)
          written += line.settle(20)
        }
        expect(written.split(/\s+/).filter((word) => word !== '')).toEqual(pieces.flatMap((piece) => piece.split(' ')))
      }),
    )
  })
})

const EXPLAINED = 'listening   dim: may still change'

describe('the live view', () => {
  it('says what the style means until it was seen to change', async () => {
    for (const [styled, says] of [
      [true, 'dim: may still change'],
      [false, '[ ]: may still change'],
    ] as const) {
      const { view, lines } = viewed(60, 10, { styled })
      view.status('4 s')
      expect(await lines()).toEqual(['4 s'])
      for (let count = 0; count < 5; count++) {
        view.unconfirmed(said('perhaps'))
        expect((await lines()).at(-1)).toBe(`4 s   ${says}`)
        view.commit(said('surely'))
      }
      expect((await lines()).at(-1)).toBe('4 s')
    }
  })

  it('marks doubtful words of committed text', async () => {
    const { view, lines } = viewed(40, 10)
    const { begin, end } = said('')
    view.commit({
      begin,
      end,
      text: 'ask what',
      words: [
        { begin, end, text: 'ask' },
        { begin, end, text: 'what', isDoubtful: true },
      ],
    })
    expect(await lines()).toEqual(['ask [what?]'])
  })

  it('lets committed text grow, and replaces what is unconfirmed in place', async () => {
    const { view, lines, dim } = viewed(40, 10)
    view.status('listening')
    view.unconfirmed(said('and sow'))
    expect([await lines(), await dim()]).toEqual([['and sow', EXPLAINED], `and sow\n${EXPLAINED}`])
    view.commit(said('and so'))
    view.unconfirmed(said('my fella'))
    expect([await lines(), await dim()]).toEqual([['and so my fella', EXPLAINED], ` my fella\n${EXPLAINED}`])
    view.unconfirmed(said('my fellow Americans, ask not what your'))
    expect(await lines()).toEqual(['and so my fellow Americans, ask not', 'what your', EXPLAINED])
    view.unconfirmed(null)
    view.status('')
    expect(await lines()).toEqual(['and so'])
  })

  it('leaves the committed text, and only that', async () => {
    const { view, lines } = viewed(20, 6)
    for (let count = 0; count < 40; count++) {
      view.commit(said(`word${count}`))
      view.unconfirmed(said(`maybe${count}`))
      view.status('listening')
      await settled()
    }
    view.close()
    const left = await lines()
    expect(left.join(' ')).toBe(Array.from({ length: 40 }, (_, count) => `word${count}`).join(' '))
    expect(left.every((line) => line.length < 20)).toBe(true)
  })

  it('joins words that bring their spaces as they are', async () => {
    const { view, lines } = viewed(40, 6, { separator: '' })
    for (const text of [' And so', ' my', ' fel', 'low']) view.commit(said(text))
    expect(await lines()).toEqual(['And so my fellow'])
  })

  it('begins a paragraph after a pause', async () => {
    const { view, lines } = viewed(40, 6)
    view.commit(said('Yes.'))
    view.commit(said('Good.', 1))
    view.commit(said('Now then.', 5))
    expect(await lines()).toEqual(['Yes. Good.', 'Now then.'])
  })

  it('shows what is unconfirmed in brackets where there is no style', async () => {
    const { view, lines, dim } = viewed(40, 6, { styled: false })
    view.commit(said('and so'))
    view.unconfirmed(said('my fella'))
    expect([await lines(), await dim()]).toEqual([['and so [my fella]'], ''])
  })

  it('writes no control characters that a model or plugin says', async () => {
    const { view, lines } = viewed(40, 6)
    view.commit(said('a\u001b[2Jb\r\nc\u0007d'))
    expect(await lines()).toEqual(['a [2Jb c d'])
  })

  it('steps aside for a message', async () => {
    const { terminal, view, lines } = viewed(40, 6)
    view.commit(said('and so'))
    view.unconfirmed(said('on'))
    view.status('listening')
    await lines()
    view.aside(() => terminal.write('asr-stream: warning: hot\n'))
    expect(await lines()).toEqual(['and so', 'asr-stream: warning: hot', 'on', EXPLAINED])
    view.commit(said('on and on'))
    view.unconfirmed(null)
    expect(await lines()).toEqual(['and so', 'asr-stream: warning: hot', 'on and on', 'listening'])
  })

  it('keeps the newest in sight where there is little room', async () => {
    const { view, lines } = viewed(12, 4)
    view.unconfirmed(said('one two three four five six seven eight'))
    view.status('listening')
    expect(await lines()).toEqual(['five six', 'seven eight', 'listening'])
  })
})

describe('a terminal that changes its size', () => {
  it('shows every word once, at any size', async () => {
    // What is replaced in place must fit: what has scrolled out of sight cannot be taken back.
    const size = fc.tuple(fc.integer({ min: 20, max: 90 }), fc.integer({ min: 14, max: 30 }))
    const step = fc.oneof(
      size.map((given) => ({ resize: given })),
      fc.integer({ min: 1, max: 12 }).map((words) => ({ words })),
    )
    await fc.assert(
      fc.asyncProperty(size, fc.array(step, { maxLength: 25 }), async ([columns, rows], steps) => {
        const { terminal, view, lines } = viewed(columns, rows)
        let count = 0
        for (const one of steps) {
          if ('resize' in one) await terminal.resize(...one.resize)
          else for (let more = 0; more < one.words; more++) view.commit(said(`w${count++}`))
          view.unconfirmed(said('perhaps a few more words'))
          view.status('listening')
          await lines()
        }
        await terminal.resize(1000, rows)
        view.close()
        const left = (await lines())
          .join(' ')
          .split(/\s+/)
          .filter((word) => word !== '')
        expect(left).toEqual(Array.from({ length: count }, (_, index) => `w${index}`))
      }),
      { numRuns: 60 },
    )
  })

  it('has the same lines when it is as wide as before, and no word torn in the last one', async () => {
    const { terminal, view, lines } = viewed(60, 12)
    for (const word of 'one two three four five six seven eight nine ten eleven twelve'.split(' '))
      view.commit(said(word))
    view.unconfirmed(said('thirteen fourteen fifteen sixteen'))
    await lines()
    await terminal.resize(25, 12)
    expect(await lines()).toEqual([
      'one two three four five s',
      'ix seven eight nine ten e',
      'leven',
      'twelve thirteen fourteen',
      'fifteen sixteen',
    ])
    await terminal.resize(60, 12)
    expect(await lines()).toEqual([
      'one two three four five six seven eight nine ten eleven',
      'twelve thirteen fourteen fifteen sixteen',
    ])
  })

  it.each([3, 4, 6])('of %i rows is filled to the last, and nothing of it is left behind', async (rows) => {
    const { terminal, view, lines } = viewed(20, rows)
    view.commit(said('one'))
    for (let size = 1; size < 40; size += 3) {
      view.unconfirmed(said(`${'rest '.repeat(size)}end`))
      view.status(`heard ${size}`)
      const shown = await lines()
      expect(shown.filter((line) => line.startsWith('one'))).toHaveLength(1)
      expect(shown.at(-1)).toBe(`heard ${size}`)
      if (rows > 3) expect(shown.at(-2)).toMatch(/end$/)
      expect(shown.length).toBeLessThan(terminal.rows)
    }
    view.close()
    expect(await lines()).toEqual(['one'])
  })

  it('that cuts lines off keeps what was committed above', async () => {
    const terminal = new EmulatedTerminal(40, 10)
    const view = new LiveView(terminal, { isStyled: true, breaksAnew: false, settleMs: 0 })
    for (let count = 0; count < 20; count++) view.commit(said(`word${count}`))
    view.unconfirmed(said('perhaps more'))
    await settled()
    // The columns change, and no line is broken again.
    terminal.columns = 30
    terminal.emit('resize')
    view.commit(said('last'))
    view.close()
    await settled()
    const text = (await terminal.screen.lines()).join(' ').match(/\S+/g)
    expect(text).toEqual([...Array.from({ length: 20 }, (_, count) => `word${count}`), 'last'])
  })
})
