import type { Recording } from '../corpus.js'
import type { Entrant } from './entrants.js'
import { errorsOf, groupOf, heardWell, saidIn, unitsOf } from './groups.js'
import { type Passage, passagesOf } from './passages.js'
import type { Runs } from './runs.js'

/** Recordings in which ours and its peer are further apart than this are shown. */
const MORE_THAN = 4

/** A Markdown list of the recordings in which ours and its peer make very different numbers of errors, with the text. */
export function differencesReport(recordings: readonly Recording[], entrants: readonly Entrant[], runs: Runs): string {
  return entrants
    .flatMap((ours) => {
      const peer = entrants.find(({ model, contestant }) => model === ours.model && contestant.name === ours.against)
      return peer === undefined ? [] : recordings.flatMap((recording) => differences(recording, ours, peer, runs))
    })
    .join('\n\n')
}

function differences(recording: Recording, ours: Entrant, peer: Entrant, runs: Runs): readonly string[] {
  const [mine, theirs] = [runs.heard(ours, recording.name), runs.heard(peer, recording.name)]
  if (mine === null || theirs === null) return []
  const [own, others] = [mine, theirs].map(({ lines }) => errorsOf(heardWell(recording, lines))) as [number, number]
  if (Math.abs(own - others) <= MORE_THAN) return []
  const units = unitsOf(groupOf(recording.language).unit)
  const text = ({ lines }: typeof mine) => units(lines.map((line) => line.text).join(''))
  const title = `## ${recording.name}, ${ours.model}: ${ours.contestant.name} ${own}, ${peer.contestant.name} ${others}`
  return [title, ...passagesOf(units(saidIn(recording)), text(mine), text(theirs)).map(passageLines)]
}

function passageLines({ said, ours, peer, more }: Passage): string {
  return [`- ${more > 0 ? '+' : ''}${more}`, `  said: ${said}`, `  ours: ${ours}`, `  peer: ${peer}`].join('\n')
}
