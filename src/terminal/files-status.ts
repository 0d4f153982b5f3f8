import { basename } from 'node:path'
import type { Tally } from '../files/tally.js'

/** Before so many seconds a speed says nothing. */
const MIN_SPEED_SEC = 2

/** How far a run with many recordings is: recordings, audio, speed, time left, and which are under way. */
export function filesStatus({ files, over, failed, recognizedSec, totalSec, elapsedSec, names }: Tally): string {
  const speed = elapsedSec < MIN_SPEED_SEC ? 0 : recognizedSec / elapsedSec
  const audio = totalSec === null ? shownTime(recognizedSec) : `${shownTime(recognizedSec)} of ${shownTime(totalSec)}`
  const left = totalSec === null || speed === 0 ? null : Math.max(0, totalSec - recognizedSec) / speed
  const parts = [
    `${over} of ${files} files`,
    audio,
    ...(speed === 0 ? [] : [shownSpeed(speed)]),
    ...(left === null ? [] : [`${shownTime(left)} left`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ]
  const [first, ...more] = names
  if (first === undefined) return parts.join(', ')
  return `${parts.join(', ')}: ${basename(first)}${more.length === 0 ? '' : ` and ${more.length} more`}`
}

/** What a run with many recordings has done. */
export function filesSummary({ over, failed, recognizedSec, elapsedSec }: Tally, skipped: number): string {
  const speed = elapsedSec > 0 ? ` (${shownSpeed(recognizedSec / elapsedSec)})` : ''
  const before = skipped === 0 ? '' : `, ${skipped} done before`
  return `${over - failed} done${before}: ${shownTime(recognizedSec)} of audio in ${shownTime(elapsedSec)}${speed}`
}

function shownSpeed(speed: number): string {
  return `${speed.toFixed(speed < 10 ? 1 : 0)}x`
}

/** "42 s", "3:05 min", "2:07 h". */
function shownTime(seconds: number): string {
  const whole = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes}:${two(whole % 60)} min` : `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`
}
