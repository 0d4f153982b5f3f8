/** Where "serve" takes connections over WebSocket. */
export const SOCKETS = [
  '/v1/stream',
  '/v1/realtime',
  '/v1/listen',
  '/v1/listen?encoding=mulaw&sample_rate=8000',
  '/',
  '/vosk',
]

/** What clients of all its protocols say; fuzzers put it together anew. */
export const SAID: readonly string[] = [
  '{"type":"start"}',
  '{"type":"start","config":{"vac":true},"sample_rate":8000}',
  '{"type":"commit"}',
  '{"type":"end"}',
  '{"type":"ack","seq":9007199254740991}',
  '{"type":"resume","session":"x","after":3}',
  '{"type":"session.update","session":{"type":"transcription","turn_detection":null}}',
  '{"type":"transcription_session.update","session":{"input_audio_format":"g711_alaw"}}',
  '{"type":"input_audio_buffer.append","audio":"AAAA"}',
  '{"type":"input_audio_buffer.append","audio":"====%%"}',
  '{"type":"input_audio_buffer.commit"}',
  '{"type":"input_audio_buffer.clear"}',
  '{"type":"KeepAlive"}',
  '{"type":"Finalize"}',
  '{"type":"CloseStream"}',
  '{"config":{"sample_rate":48000}}',
  '{"eof":1}',
  '{"__proto__":{"x":1},"type":"constructor"}',
  'null',
  '[]',
  '',
  '{"type":"start","encoding":"f32le","channels":8}',
]

/** Kinds of body that they send, true or not. */
export const TYPES = [
  'application/json',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'audio/wav',
  'text/plain',
  'x',
]

/** The body of a form with a recording that is none. */
export const PART = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nRIFFxxxxWAVE\r\n--x--\r\n'
