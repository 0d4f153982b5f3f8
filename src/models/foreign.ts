/** A commit of git, in hex. */
const COMMIT = /^[0-9a-f]{40}$/
/** A SHA-256, or the id of a blob in git; in hex. */
const DIGEST = /^([0-9a-f]{64}|[0-9a-f]{40})$/
/** Nothing that is a single file of a model is larger. */
const MAX_FILE_BYTES = 2 ** 40
/** A drive, a root, or the separator of another system. */
const FOREIGN_ROOT = /^[/~]|^[a-z]:|\\/i
const CONTROL = /\p{Cc}/u

/** Whether a text of somebody else is the id of a commit, and so can be the name of a folder. */
export function isCommit(text: unknown): text is string {
  return typeof text === 'string' && COMMIT.test(text)
}

/** Whether a text of somebody else is a checksum, and so can be the name of a file. */
export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && DIGEST.test(text)
}

/**
 * Whether a text of somebody else is a relative path with slashes that stays where it begins: without `.`, `..`, empty
 * parts, backslashes, drives and control characters.
 */
export function isInnerPath(text: unknown): text is string {
  if (typeof text !== 'string' || FOREIGN_ROOT.test(text) || CONTROL.test(text)) return false
  return text.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}

/** Whether a number of somebody else can be the size of a file, in bytes. */
export function isFileSize(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_FILE_BYTES
}
