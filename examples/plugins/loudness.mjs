// A complete backend: "recognizes" how loud each second is. Try it:
//   asr-stream --plugin examples/plugins/loudness.mjs --backend loudness --comp-unaware speech.wav
const RATE = 16_000

const asr = {
  sep: ' ',
  async transcribe(audio, { positionSamples = 0 }) {
    const first = positionSamples / RATE
    const seconds = Array.from({ length: Math.floor(audio.length / RATE) }, (_, second) => second)
    return seconds.map((second) => {
      const samples = audio.subarray(second * RATE, (second + 1) * RATE)
      const level = 10 * Math.log10(samples.reduce((sum, sample) => sum + sample ** 2, 0) / RATE)
      return { begin: second, end: second + 1, text: `${first + second}s:${Math.round(level)}dB` }
    })
  },
  tsWords: (seconds) => seconds,
  segmentsEndTs: (seconds) => seconds.map(({ end }) => end),
}

export default {
  name: 'loudness',
  description: 'says how loud each second is',
  load: async () => ({ asr, metadata: { separator: ' ', modelType: 'loudness', modelSize: 'none', language: null } }),
}
