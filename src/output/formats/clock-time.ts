/**
 * A time as subtitles write it, such as "01:02:03.004".
 * @param ms milliseconds, not negative
 * @param mark parts seconds from their thousandths
 */
export function clockTime(ms: number, mark: '.' | ','): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const whole = Math.round(ms)
  const thousandths = String(whole % 1000).padStart(3, '0')
  return `${two(whole / 3_600_000)}:${two((whole / 60_000) % 60)}:${two((whole / 1000) % 60)}${mark}${thousandths}`
}
