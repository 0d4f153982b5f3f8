import { fileOf, wordErrorRate } from './captions.js'
import { Recording } from './recording.js'
import { Stream } from './stream.js'

const RATE = 16000
const at = (id) => document.getElementById(id)
const form = document.querySelector('#settings form')
const words = []
let stream = null
let recording = new Recording(at('wave'))
let stopInput = () => {}

if (location.pathname.endsWith('/overlay')) {
  document.body.classList.add('overlay')
  document.documentElement.style.background = 'transparent'
}
// Its words are chosen with arrows.
at('final').tabIndex = 0
restoreSettings()
showModel()

at('record').addEventListener('click', () => (stream ? stop() : startMicrophone()))
at('file').addEventListener('change', ({ target }) => {
  if (target.files[0]) startFile(target.files[0])
  target.value = ''
})
at('clear').addEventListener('click', clear)
at('big').addEventListener('click', ({ target }) => {
  const isBig = document.body.classList.toggle('big')
  target.setAttribute('aria-pressed', String(isBig))
})
at('final').addEventListener('click', ({ target }) => playWord(target))
at('final').addEventListener('keydown', moveAmongWords)
at('reference').addEventListener('input', showErrorRate)
at('load-model').addEventListener('click', loadModel)
form.addEventListener('change', saveSettings)
form.addEventListener('submit', (event) => event.preventDefault())
for (const button of document.querySelectorAll('[data-format]')) {
  button.addEventListener('click', () => download(button.dataset.format))
}
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    event.preventDefault()
    document.body.classList.toggle('dropping', name === 'dragover')
    if (name === 'drop' && event.dataTransfer.files[0]) startFile(event.dataTransfer.files[0])
  })
}
if (new URLSearchParams(location.search).has('listen')) startMicrophone()

async function startMicrophone() {
  complain('')
  const echo = form.elements.echo.checked
  try {
    if (!navigator.mediaDevices) throw new Error('the microphone needs https, or this machine')
    const audio = { echoCancellation: echo, noiseSuppression: echo, autoGainControl: true, channelCount: 1 }
    const media = await navigator.mediaDevices.getUserMedia({ audio })
    const context = new AudioContext({ sampleRate: RATE })
    await context.audioWorklet.addModule('page/recorder-worklet.js')
    const node = new AudioWorkletNode(context, 'recorder')
    context.createMediaStreamSource(media).connect(node)
    const taken = begin()
    let finished = () => {}
    const over = new Promise((resolve) => {
      finished = resolve
    })
    node.port.onmessage = ({ data }) => (data === null ? finished() : taken(data))
    stopInput = async () => {
      node.port.postMessage('end')
      await over
      for (const track of media.getTracks()) track.stop()
      await context.close()
    }
    at('record').textContent = 'Stop'
    at('record').setAttribute('aria-pressed', 'true')
  } catch (error) {
    complain(`The microphone cannot be used: ${error.message}`)
  }
}

async function startFile(file) {
  if (stream) await stop()
  complain('')
  say(`Reading ${file.name}`)
  try {
    const context = new OfflineAudioContext(1, 1, RATE)
    const audio = await context.decodeAudioData(await file.arrayBuffer())
    const samples = mixed(audio)
    const taken = begin()
    const own = stream
    const step = RATE / 2
    let from = 0
    stopInput = async () => {
      from = samples.length
    }
    for (; from < samples.length && own === stream && !own.isOver; from += step) {
      taken(samples.subarray(from, from + step))
      await own.drained()
    }
    own.end()
  } catch (error) {
    say('Ready')
    complain(`${file.name} cannot be read: ${error.message}`)
  }
}

function begin() {
  const offset = recording.seconds
  const own = new Stream({
    config: configOf(),
    token: form.elements.token.value,
    onEvent: (event) => take(event, offset),
    onState: (state, why) => own === stream && show(state, why),
  })
  stream = own
  say('Connecting')
  return (samples) => {
    recording.add(samples)
    own.write(samples)
  }
}

async function stop() {
  const own = stream
  say('Finishing')
  const halt = stopInput
  stopInput = () => {}
  await halt()
  own?.end()
}

function take(event, offset) {
  if (event.type === 'final') {
    for (const word of event.words) add({ ...word, begin: word.begin + offset, end: word.end + offset })
    showErrorRate()
  } else if (event.type === 'partial') at('partial').textContent = event.text
  else if (event.type === 'progress') {
    at('lag').textContent = `${event.lag.toFixed(1)} s`
    at('audio').textContent = `${event.taken.toFixed(0)} s`
    if (event.recognized > 0) at('load').textContent = `${Math.round((100 * event.computing) / event.recognized)} %`
  } else if (event.type === 'warning') complain(event.message)
  else if (event.type === 'utterance-end') add({ text: '\n', begin: event.at, end: event.at, isBreak: true })
}

function add(word) {
  if (word.isBreak) {
    at('final').append(document.createElement('br'))
    return
  }
  words.push(word)
  recording.name(word)
  const element = document.createElement('span')
  element.className = 'word'
  element.dataset.index = String(words.length - 1)
  element.textContent = at('final').childElementCount === 0 ? word.text.trimStart() : word.text
  at('final').append(element)
  for (const button of document.querySelectorAll('[data-format]')) button.disabled = false
}

function show(state, why) {
  const texts = { listening: 'Listening', waiting: 'Connecting again', ended: 'Done', failed: 'Stopped' }
  say(texts[state])
  if (state === 'failed') complain(why || 'The server has ended the stream.')
  if (state !== 'ended' && state !== 'failed') return
  stopInput()
  stopInput = () => {}
  at('partial').textContent = ''
  at('record').textContent = 'Start the microphone'
  at('record').setAttribute('aria-pressed', 'false')
  stream = null
}

function clear() {
  words.length = 0
  at('final').textContent = ''
  at('partial').textContent = ''
  if (!stream) recording = new Recording(at('wave'))
  for (const button of document.querySelectorAll('[data-format]')) button.disabled = true
}

function playWord(target) {
  const word = words[Number(target.dataset?.index)]
  if (word) recording.play(word.begin - 0.05, word.end + 0.05)
}

/** Arrows go from word to word, and Enter plays one. */
function moveAmongWords(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, Enter: 0 }[event.key]
  if (step === undefined || words.length === 0) return
  event.preventDefault()
  const before = at('final').querySelector('.current')
  const index = before ? Number(before.dataset.index) + step : 0
  const target = at('final').querySelector(`[data-index="${Math.max(0, Math.min(words.length - 1, index))}"]`)
  before?.classList.remove('current')
  target.classList.add('current')
  target.scrollIntoView({ block: 'nearest' })
  if (step === 0) playWord(target)
}

function download(format) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([fileOf(format, words)], { type: 'text/plain' }))
  link.download = `transcript.${format}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

function showErrorRate() {
  const rate = wordErrorRate(at('reference').value, words.map((word) => word.text).join(''))
  at('wer').textContent = rate === null ? '-' : `${(100 * rate).toFixed(1)} %`
}

function configOf() {
  const { language, policy, min_chunk_size: chunk, vac } = form.elements
  return {
    ...(language.value && { language: language.value.trim() }),
    ...(policy.value && { policy: policy.value }),
    ...(chunk.value && { min_chunk_size: Number(chunk.value) }),
    ...(vac.checked && { vac: true }),
  }
}

async function loadModel() {
  const model = form.elements.model.value.trim()
  if (!model) return
  complain('')
  say(`Loading ${model}`)
  const answer = await ask('load_model', { method: 'POST', body: JSON.stringify({ model }) })
  const { status, message } = await answer.json()
  say('Ready')
  if (status !== 'success') complain(message)
  showModel()
}

async function showModel() {
  const answer = await ask('v1/models').catch(() => null)
  if (!answer?.ok) {
    if (answer?.status === 401) complain('The server wants a token: see the settings.')
    return
  }
  const { data } = await answer.json()
  at('model').textContent = data[0]?.id ?? '-'
}

function ask(path, options = {}) {
  const token = form.elements.token.value
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  return fetch(path, { ...options, headers })
}

function mixed(audio) {
  const samples = new Int16Array(audio.length)
  const channels = Array.from({ length: audio.numberOfChannels }, (_, index) => audio.getChannelData(index))
  for (let index = 0; index < samples.length; index++) {
    let sum = 0
    for (const channel of channels) sum += channel[index]
    samples[index] = Math.max(-32768, Math.min(32767, Math.round((sum / channels.length) * 32768)))
  }
  return samples
}

function say(text) {
  at('status').textContent = text
}

function complain(text) {
  at('problem').textContent = text
  at('problem').hidden = text === ''
}

/** The token is kept for this tab only. */
function saveSettings() {
  const { token, ...others } = Object.fromEntries(
    [...form.elements]
      .filter(({ name }) => name)
      .map((one) => [one.name, one.type === 'checkbox' ? one.checked : one.value]),
  )
  localStorage.setItem('asr-stream', JSON.stringify(others))
  sessionStorage.setItem('asr-stream-token', token)
  if (token) showModel()
}

function restoreSettings() {
  const saved = JSON.parse(localStorage.getItem('asr-stream') ?? '{}')
  const token = sessionStorage.getItem('asr-stream-token') ?? new URLSearchParams(location.hash.slice(1)).get('token')
  for (const [name, value] of Object.entries({ ...saved, ...(token && { token }) })) {
    const element = form.elements[name]
    if (!element) continue
    if (element.type === 'checkbox') element.checked = value
    else element.value = value
  }
}
