import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '../../helpers/program.js'
import { type RunningServer, startServer } from '../../helpers/server.js'
import { fixturePath } from '../../helpers/speech.js'
import { wordErrors } from '../../helpers/word-errors.js'

/** A Python that may have the packages; `PYTHON_WITH_CLIENTS` names one of a virtual environment. */
const PYTHON = process.env.PYTHON_WITH_CLIENTS ?? 'python3'
const has = (name: string) => spawnSync(PYTHON, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0

let server: RunningServer
beforeAll(async () => {
  server = await startServer('--wyoming-port', '0')
})
afterAll(() => server.stop())

/** What a script prints, with the address of the server, the Wyoming port and a recording as its arguments. */
function printed(script: string): string {
  const args = ['-W', 'ignore', '-c', script, server.host, String(server.ports.wyoming), fixturePath('jfk')]
  const { status, stdout, stderr } = spawnSync(PYTHON, args, { encoding: 'utf8', timeout: 120_000 })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

describe.skipIf(!has('openai'))('openai for Python', () => {
  it('gets text of a recording, and as it becomes final', () => {
    const text = printed(`
import sys
from openai import OpenAI
client = OpenAI(base_url=f'http://{sys.argv[1]}/v1', api_key='any')
print(client.audio.transcriptions.create(model='whisper-1', file=open(sys.argv[3], 'rb')).text)
for event in client.audio.transcriptions.create(model='whisper-1', file=open(sys.argv[3], 'rb'), stream=True):
    if event.type == 'transcript.text.done': print(event.text)
`)
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => wordErrors('jfk', line)),
    ).toEqual([0, 0])
  })

  it('gets deltas over Realtime', () => {
    const text = printed(`
import asyncio, base64, sys
from openai import AsyncOpenAI
async def main():
    client = AsyncOpenAI(base_url=f'http://{sys.argv[1]}/v1', websocket_base_url=f'ws://{sys.argv[1]}/v1', api_key='any')
    async with client.realtime.connect(extra_query={'intent': 'transcription'}) as live:
        form = {'type': 'audio/pcm', 'rate': 16000}
        await live.session.update(session={'type': 'transcription', 'audio': {'input': {'format': form, 'turn_detection': None}}})
        audio = open(sys.argv[3], 'rb').read()[44:]
        for start in range(0, len(audio), 16000):
            await live.input_audio_buffer.append(audio=base64.b64encode(audio[start:start + 16000]).decode())
        await live.input_audio_buffer.commit()
        text = ''
        async for event in live:
            if event.type.endswith('transcription.delta'): text += event.delta
            if event.type.endswith('transcription.completed'):
                assert event.transcript == text
                return print(text)
asyncio.run(main())
`)
    expect(wordErrors('jfk', text)).toBeLessThan(3)
  })
})

describe.skipIf(!has('livekit.plugins.openai'))('LiveKit Agents, its plugin for OpenAI', () => {
  it('gets interim and final text of live audio, and text of a recording', () => {
    const text = printed(`
import asyncio, sys, wave
from livekit import rtc
from livekit.agents import utils
from livekit.agents.stt import SpeechEventType
from livekit.plugins import openai
async def main():
    pcm = wave.open(sys.argv[3], 'rb').readframes(10**9)
    def frame(data): return rtc.AudioFrame(data=data, sample_rate=16000, num_channels=1, samples_per_channel=len(data) // 2)
    frames = [frame(pcm[at:at + 3200]) for at in range(0, len(pcm), 3200)]
    async with utils.http_context.open():
        own = dict(base_url=f'http://{sys.argv[1]}/v1', api_key='any', model='gpt-4o-mini-transcribe')
        stream = openai.STT(**own, use_realtime=True).stream()
        for one in frames + [frame(bytes(3200))] * 30: stream.push_frame(one)
        finals, interims = [], 0
        async for event in stream:
            interims += event.type == SpeechEventType.INTERIM_TRANSCRIPT
            if event.type == SpeechEventType.FINAL_TRANSCRIPT: finals.append(event.alternatives[0].text)
            if ' '.join(finals).count('country') == 2: break
        await stream.aclose()
        assert interims > 0
        print(' '.join(finals))
        print((await openai.STT(**own).recognize(buffer=frames)).alternatives[0].text)
asyncio.run(main())
`)
    for (const line of text.trim().split('\n')) expect(wordErrors('jfk', line), text).toBeLessThan(4)
  })
})

describe.skipIf(!has('pipecat.services.openai.stt'))('Pipecat, its service for OpenAI Realtime', () => {
  it('gets interim and final text in a pipeline', () => {
    const text = printed(`
import asyncio, sys, wave
from loguru import logger
logger.remove()
from pipecat.frames.frames import InputAudioRawFrame, InterimTranscriptionFrame, TranscriptionFrame
from pipecat.observers.base_observer import BaseObserver
from pipecat.pipeline.worker import PipelineParams
from pipecat.services.openai.stt import OpenAIRealtimeSTTService
from pipecat.tests.utils import SleepFrame, run_test
texts, interims = {}, {}
class Heard(BaseObserver):
    async def on_push_frame(self, data):
        if isinstance(data.frame, TranscriptionFrame): texts[data.frame.id] = data.frame.text
        if isinstance(data.frame, InterimTranscriptionFrame): interims[data.frame.id] = data.frame.text
async def main():
    stt = OpenAIRealtimeSTTService(api_key='any', base_url=f'ws://{sys.argv[1]}/v1/realtime', turn_detection={'type': 'server_vad'})
    pcm = wave.open(sys.argv[3], 'rb').readframes(10**9) + bytes(96000)
    def frames():
        while not stt._session_ready: yield SleepFrame(sleep=0.1)
        for at in range(0, len(pcm), 3200):
            yield InputAudioRawFrame(audio=pcm[at:at + 3200], sample_rate=16000, num_channels=1)
        while ' '.join(texts.values()).count('country') < 2: yield SleepFrame(sleep=0.1)
    params = PipelineParams(audio_in_sample_rate=16000)
    await run_test(stt, frames_to_send=frames(), observers=[Heard()], pipeline_params=params, start_timeout=60)
    assert interims
    print(' '.join(texts.values()))
asyncio.run(main())
`)
    expect(wordErrors('jfk', text), text).toBeLessThan(4)
  })
})

describe.skipIf(!has('deepgram'))('deepgram-sdk for Python', () => {
  it('gets text of a recording and of live audio', () => {
    const text = printed(`
import sys, threading
from deepgram import DeepgramClient
from deepgram.environment import DeepgramClientEnvironment
from deepgram.core.events import EventType
http, ws = f'http://{sys.argv[1]}', f'ws://{sys.argv[1]}'
client = DeepgramClient(api_key='any', environment=DeepgramClientEnvironment(base=http, production=ws, agent=ws, agent_rest=http))
wav = open(sys.argv[3], 'rb').read()
print(client.listen.v1.media.transcribe_file(request=wav, model='nova-3').results.channels[0].alternatives[0].transcript)
finals = []
with client.listen.v1.connect(model='nova-3', encoding='linear16', sample_rate='16000') as socket:
    def take(message):
        if getattr(message, 'type', '') == 'Results' and message.is_final: finals.append(message.channel.alternatives[0].transcript)
    socket.on(EventType.MESSAGE, take)
    def send():
        for start in range(44, len(wav), 16000): socket.send_media(wav[start:start + 16000])
        socket.send_close_stream()
    threading.Thread(target=send).start()
    socket.start_listening()
print(' '.join(finals))
`)
    const [recording = '', live = ''] = text.trim().split('\n')
    expect(wordErrors('jfk', recording)).toBe(0)
    expect(wordErrors('jfk', live)).toBeLessThan(4)
  })
})

describe.skipIf(!has('wyoming'))('wyoming, the client of Home Assistant', () => {
  it('gets chunks of text, then all of it, twice on one connection', () => {
    const text = printed(`
import asyncio, sys
from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStop
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.info import Describe, Info
async def main():
    async with AsyncTcpClient('127.0.0.1', int(sys.argv[2])) as client:
        await client.write_event(Describe().event())
        program = Info.from_event(await client.read_event()).asr[0]
        assert program.supports_transcript_streaming and program.models[0].languages == ['en']
        audio = open(sys.argv[3], 'rb').read()[44:]
        for _ in range(2):
            await client.write_event(Transcribe(language='en').event())
            await client.write_event(AudioStart(16000, 2, 1).event())
            for start in range(0, len(audio), 2048):
                await client.write_event(AudioChunk(16000, 2, 1, audio[start:start + 2048]).event())
            await client.write_event(AudioStop().event())
            chunks = ''
            while True:
                event = await client.read_event()
                if TranscriptChunk.is_type(event.type): chunks += TranscriptChunk.from_event(event).text
                if Transcript.is_type(event.type): whole = Transcript.from_event(event).text
                if TranscriptStop.is_type(event.type): break
            assert chunks.strip() == whole
            print(whole)
asyncio.run(main())
`)
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => wordErrors('jfk', line) < 3),
    ).toEqual([true, true])
  })
})

describe.skipIf(spawnSync('curl', ['--version']).status !== 0)('curl', () => {
  it('gets subtitles', async () => {
    const { stdout } = spawnSync(
      'curl',
      ['-s', '-F', `file=@${fixturePath('jfk')}`, '-F', 'response_format=srt', `${server.url}/v1/audio/transcriptions`],
      { encoding: 'utf8' },
    )
    expect(stdout).toMatch(/^1\n00:00:0/)
    expect((await runProgram(['serve', '--help'])).stdout).toContain('docs/serving.md')
  })
})
