import { InputError } from '../../core/errors.js'
import type { SampleForm } from './to-mono.js'

const MAX_CHANNELS = 64
/** Sample rates (Hz) that are accepted; others are damage, and would cost memory without bound. */
const [MIN_RATE, MAX_RATE] = [1000, 384_000]

/** @throws InputError when no recording has so many channels, or such a rate */
export function checkedForm(form: SampleForm, name: string): SampleForm {
  const { channels, sampleRate } = form
  if (channels < 1 || channels > MAX_CHANNELS)
    throw damaged(`${name}: its header says that it has ${channels} channels`)
  if (Number.isInteger(sampleRate) && sampleRate >= MIN_RATE && sampleRate <= MAX_RATE) return form
  throw damaged(`${name}: its header says that it has a sample rate of ${sampleRate}`)
}

function damaged(message: string): InputError {
  return new InputError(message, { hint: 'get the file once more' })
}
