/** A rectangle in pixels, y downwards. */
interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** A point in pixels. */
interface Point {
  readonly x: number
  readonly y: number
}

const LETTER_WIDTH = 7
const HEIGHT = 15
const GAP = 10
const MARK = 7

/** Finds room for the labels of marks: each beside its own, none over another. */
export class LabelPlacer {
  readonly #frame: Box
  readonly #taken: Box[] = []

  constructor(frame: Box) {
    this.#frame = frame
  }

  /** Keeps labels off a mark. */
  block({ x, y }: Point): void {
    this.#taken.push({ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK })
  }

  /** Where the text of a label begins (its base line); where there is no room left, to the right of the mark. */
  place(label: string, mark: Point): Point {
    const width = label.length * LETTER_WIDTH
    const places = around(mark, width)
    const free = places.find((place) => this.#isFree(boxOf(place, width))) ?? places[0]!
    this.#taken.push(boxOf(free, width))
    return free
  }

  #isFree(box: Box): boolean {
    const { left, right, top, bottom } = this.#frame
    const inside = box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom
    return inside && !this.#taken.some((other) => overlap(box, other))
  }
}

/** Right, left, above, below; then the same a line further off. */
function around({ x, y }: Point, width: number): Point[] {
  return [0, 1, 2].flatMap((lines) => {
    const off = lines * HEIGHT
    const sides = off === 0 ? [0] : [-off, off]
    return [
      ...sides.map((dy) => ({ x: x + GAP, y: y + 4 + dy })),
      ...sides.map((dy) => ({ x: x - GAP - width, y: y + 4 + dy })),
      { x: x - width / 2, y: y - GAP - off },
      { x: x - width / 2, y: y + GAP + HEIGHT - 4 + off },
    ]
  })
}

function boxOf({ x, y }: Point, width: number): Box {
  return { left: x, right: x + width, top: y - HEIGHT + 4, bottom: y + 4 }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
