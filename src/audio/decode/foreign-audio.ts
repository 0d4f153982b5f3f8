import { InputError } from '../../core/errors.js'

/** Audio, or what has audio in it, that only another program can decode. */
export class ForeignAudio extends InputError {}
