const NAMES = ['Left', 'Right']

/** What a channel is called, counted from 0: "Left", "Right", "Channel 3". */
export function channelName(index: number): string {
  return NAMES[index] ?? `Channel ${index + 1}`
}
