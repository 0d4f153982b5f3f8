import { isNumber, isText, listOf, objectWith, orNull } from '../core/shapes.js'

const COUNTS = objectWith({ matches: isNumber, substitutions: isNumber, deletions: isNumber, insertions: isNumber })
const LAG = objectWith({
  saidSec: isNumber,
  lagSec: isNumber,
  awareLagSec: isNumber,
  startErrorSec: orNull(isNumber),
  endErrorSec: orNull(isNumber),
})
const LAGGING = objectWith({ al: orNull(isNumber), laal: orNull(isNumber), yaal: orNull(isNumber) })
const LAGGING_FORMS = objectWith({
  shortForm: LAGGING,
  shortFormAware: LAGGING,
  longForm: LAGGING,
  longFormAware: LAGGING,
})

const RECORDING = objectWith({
  name: isText,
  durationSec: isNumber,
  words: orNull(COUNTS),
  characters: COUNTS,
  samples: listOf(objectWith({ size: isNumber, errors: isNumber })),
  lags: listOf(LAG),
  lagging: orNull(LAGGING_FORMS),
  firstTextSec: orNull(isNumber),
  finalDelaysSec: listOf(isNumber),
  longestWaitSec: orNull(isNumber),
  longestGap: objectWith({ words: isNumber, seconds: isNumber }),
  hallucinations: orNull(objectWith({ nonSpeechSec: isNumber, words: isNumber })),
  stability: objectWith({ shownWords: isNumber, changedWords: isNumber }),
  computingSec: isNumber,
})

/** What a saved evaluation must have to be compared with another one. */
export const EVALUATION_SHAPE = objectWith({
  settings: listOf(
    objectWith({
      name: isText,
      recordings: listOf(RECORDING),
      failed: listOf(objectWith({ name: isText, reason: isText })),
    }),
  ),
})
