import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { InputError, readingReason, UsageError } from '../core/errors.js'
import type { Spoken } from '../evaluation/material/spoken.js'
import { MANIFEST_ENDINGS, readManifest } from '../evaluation/references/manifest.js'
import { REFERENCE_ENDINGS, readReference } from '../evaluation/references/reference.js'

/** A recording with what is said in it. */
export interface TrialRecording {
  /** Name for tables, of which there is no other: of the file, without its ending; with its folder where it has to be. */
  readonly name: string
  /** Path of the audio. */
  readonly audio: string
  /** Path of the file that says what is said in it. */
  readonly reference: string
  readonly spoken: Spoken
}

/** Endings of files that may be beside a recording, with its name, and are none. */
const NO_AUDIO = [...REFERENCE_ENDINGS, ...MANIFEST_ENDINGS, '.json', '.jsonl', '.srt', '.vtt', '.html', '.md', '.part']
/** Common Voice has its recordings in this folder, beside the tables. */
const CLIPS = 'clips'
const FORMS = REFERENCE_ENDINGS.filter((ending) => ending !== '.txt').join(', ')

/**
 * The recordings that a path names: a recording with its reference beside it, a folder of such pairs (or with a
 * metadata.csv), or a manifest.
 *
 * @param reference file with what is said in the recording; absent: the one beside it
 * @throws InputError where something is missing or broken
 */
export async function readCorpus(path: string, reference?: string): Promise<readonly TrialRecording[]> {
  const kind = await stat(path).catch((cause: unknown) => {
    throw new InputError(`cannot read ${path}: ${readingReason(cause)}`, { cause, code: 'ASR_INPUT_MISSING' })
  })
  if (reference !== undefined) {
    if (kind.isDirectory()) {
      throw new InputError(`--reference is for one recording, and ${path} is a folder`, { hint: 'leave it out' })
    }
    return [await recordingOf(path, reference)]
  }
  if (kind.isDirectory()) return folderRecordings(path)
  if (endsWith(path, MANIFEST_ENDINGS)) return manifestRecordings(path)
  const names = await readdir(dirname(resolve(path)))
  const beside = referenceOf(basename(path, extname(path)), names)
  if (beside === null) {
    throw new InputError(`there is no reference beside ${path}`, {
      hint: `write what is said into ${basename(path, extname(path))}.txt (or with times ${FORMS}), or give --reference FILE`,
    })
  }
  return [await recordingOf(path, join(dirname(path), beside))]
}

/**
 * Some of the recordings.
 *
 * @param only their names; absent: any
 * @param limit no more than so many; absent: all
 * @throws UsageError when there is none of a name
 */
export function chosenRecordings(
  recordings: readonly TrialRecording[],
  { only, limit }: { readonly only?: readonly string[]; readonly limit?: number },
): readonly TrialRecording[] {
  const unknown = only?.find((name) => !recordings.some((one) => one.name === name))
  if (unknown !== undefined) {
    throw new UsageError(`there is no recording "${unknown}"`, {
      hint: `there are ${recordings.map(({ name }) => name).join(', ')}`,
    })
  }
  return recordings.filter(({ name }) => only?.includes(name) ?? true).slice(0, limit)
}

/** Recordings apart by whether a model of one language, such as "tiny.en", knows theirs; any other model may know all. */
export function knownToModel(
  recordings: readonly TrialRecording[],
  model: string,
): { readonly known: readonly TrialRecording[]; readonly unknown: readonly TrialRecording[] } {
  const only = /\.([a-z]{2})$/.exec(model)?.[1]
  const isKnown = ({ spoken: { language } }: TrialRecording) =>
    only === undefined || language === null || language === 'zxx' || language.slice(0, 2) === only
  return { known: recordings.filter(isKnown), unknown: recordings.filter((one) => !isKnown(one)) }
}

async function folderRecordings(folder: string): Promise<readonly TrialRecording[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [] : [entry.name])).sort()
  if (names.includes('metadata.csv')) return manifestRecordings(join(folder, 'metadata.csv'))
  const pairs = names
    .filter((name) => !endsWith(name, NO_AUDIO))
    .flatMap((audio) => {
      const reference = extname(audio) === '' ? null : referenceOf(basename(audio, extname(audio)), names)
      return reference === null ? [] : [{ audio, reference }]
    })
  if (pairs.length === 0) {
    throw new InputError(`${folder} has no recording with a reference beside it`, {
      hint: `a recording talk.wav has one of talk${REFERENCE_ENDINGS.join(', talk')}, or the folder has a metadata.csv`,
    })
  }
  const recordings = pairs.map(({ audio, reference }) => recordingOf(join(folder, audio), join(folder, reference)))
  return withOwnNames(await Promise.all(recordings), folder)
}

async function manifestRecordings(path: string): Promise<readonly TrialRecording[]> {
  const entries = readManifest(path, await content(path))
  const folder = dirname(path)
  const names = await readdir(folder)
  if (entries.length === 0) throw new InputError(`${path} names no recording`)
  const clips = await readdir(join(folder, CLIPS)).catch((): string[] => [])
  const isBeside = (audio: string) => names.includes(audio) || !clips.includes(audio)
  const recordings = entries.map(({ audio, spoken }) => {
    // STM and CTM name recordings without an ending.
    const isBare = endsWith(path, ['.stm', '.ctm'])
    const file = isBare
      ? names.find((name) => isRecordingOf(audio, name))
      : isBeside(audio)
        ? audio
        : join(CLIPS, audio)
    if (file === undefined) {
      throw new InputError(`${path} names the recording ${audio}, which is not beside it`, {
        hint: `put ${audio}.wav into ${folder}`,
        code: 'ASR_INPUT_MISSING',
      })
    }
    return { name: basename(file, extname(file)), audio: resolve(folder, file), reference: path, spoken }
  })
  return withOwnNames(recordings, folder)
}

/** Recordings whose files are called alike in several folders, or but for their endings, have longer names. */
function withOwnNames(recordings: readonly TrialRecording[], folder: string): readonly TrialRecording[] {
  const counts = new Map<string, number>()
  for (const { name } of recordings) counts.set(name, (counts.get(name) ?? 0) + 1)
  const within = ({ audio }: TrialRecording) => relative(resolve(folder), resolve(audio)).replaceAll('\\', '/')
  const whole = new Set<string>()
  return recordings.map((recording) => {
    if (counts.get(recording.name) === 1) return recording
    const path = within(recording)
    if (whole.has(path)) {
      throw new InputError(`${recording.audio} is named twice`, { hint: 'give each recording one line' })
    }
    whole.add(path)
    return { ...recording, name: path }
  })
}

async function recordingOf(audio: string, reference: string): Promise<TrialRecording> {
  const spoken = readReference(reference, await content(reference))
  return { name: basename(audio, extname(audio)), audio, reference, spoken }
}

function content(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError(`cannot read ${path}: ${readingReason(cause)}`, { cause, code: 'ASR_INPUT_MISSING' })
  })
}

function referenceOf(stem: string, names: readonly string[]): string | null {
  const ending = REFERENCE_ENDINGS.find((one) => names.includes(`${stem}${one}`))
  return ending === undefined ? null : `${stem}${ending}`
}

function isRecordingOf(recording: string, name: string): boolean {
  if (name === recording) return true
  const isText = endsWith(name, [...REFERENCE_ENDINGS, ...MANIFEST_ENDINGS])
  return !isText && basename(name, extname(name)) === recording
}

function endsWith(name: string, endings: readonly string[]): boolean {
  return endings.some((ending) => name.toLowerCase().endsWith(ending))
}
