import type { z } from 'zod'
import { RequestFault } from '../http/failures.js'
import { jsonObject } from '../http/socket-client.js'
import { checkedBy } from './stream-wishes.js'

/** What a client has sent is shown up to so many characters. */
const MAX_SHOWN_CHARACTERS = 60

/** Messages of several kinds, each with a name as its `type`. */
type KindsOfMessages = z.ZodDiscriminatedUnion<readonly z.ZodObject<{ type: z.ZodLiteral<string> }>[], 'type'>

/**
 * A text message that has a `type`.
 * @throws RequestFault that says what came and what there is, or names the field
 */
export function messageBy<Kinds extends KindsOfMessages>(kinds: Kinds, text: string): z.infer<Kinds> {
  const message = jsonMessage(text)
  const known = kinds.options.map(({ shape }) => shape.type.value)
  if (!known.includes(message.type as string)) {
    throw new RequestFault(`a message has ${typeOf(message)}; there are ${known.join(', ')}`, 'type')
  }
  return checkedBy(kinds, message)
}

/**
 * A text message.
 * @throws RequestFault that says what came where it is no object
 */
export function jsonMessage(text: string): Readonly<Record<string, unknown>> {
  const message = jsonObject(text)
  if (message === null) throw new RequestFault(`a text message is no object in JSON: ${shownText(text)}`)
  return message
}

/** What a client has sent, as far as it need be seen. */
export function shownText(text: string): string {
  if (text === '') return 'it is empty'
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}...` : text
}

function typeOf({ type }: Readonly<Record<string, unknown>>): string {
  return type === undefined ? 'no type' : `the type ${shownText(JSON.stringify(type))}, which is not known`
}
