import type * as Library from '@huggingface/transformers'
import { boundedBytes } from '../../core/bounded-body.js'
import { loadLibrary } from './library.js'
import type { Family, PipelineSource } from './messages.js'

/** What is used of a model of the library, beside its pipeline; its own types leave most of it open. */
export interface SpeechModel {
  readonly config: {
    readonly model_type: string
    /** Samples from one frame to the next, layer by layer. */
    readonly conv_stride?: readonly number[]
  }
  readonly sessions: Readonly<Record<string, { readonly outputNames: readonly string[] }>>
  readonly generation_config: GenerationConfig | null
  dispose(): Promise<unknown>
  (inputs: object): Promise<{ readonly logits: Library.Tensor }>
}

interface GenerationConfig {
  readonly decoder_start_token_id?: number
  readonly is_multilingual?: boolean
  /** Token of each language, as {"<|en|>": 50259}. */
  readonly lang_to_id?: Readonly<Record<string, number>>
  readonly alignment_heads?: unknown
}

/** A model with what prepares its audio and reads its tokens. */
export interface SpeechParts {
  readonly library: typeof Library
  readonly family: Family
  readonly model: SpeechModel
  readonly tokenizer: Library.PreTrainedTokenizer
  readonly processor: Library.Processor
  readonly recognize: (audio: Float32Array, options: object) => Promise<Library.AutomaticSpeechRecognitionOutput>
}

/**
 * Loads a model, from its folder or from the Hub by way of the cache.
 *
 * The pipeline is put together from its parts, as the library's `pipeline()` does; that looks for files of the revision
 * "main" first, whatever revision it is asked for.
 */
export async function loadSpeechModel(
  source: PipelineSource,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<SpeechParts> {
  const library = loadLibrary(source.library)
  setEnvironment(library, source, signal)
  const options = {
    revision: source.revision,
    dtype: source.dtype,
    device: source.device,
    session_options: source.threads > 0 ? { intraOpNumThreads: source.threads } : {},
    ...(source.isLocal ? {} : { progress_callback: (event: Library.ProgressInfo) => tellOf(event, tell) }),
  } as object
  const { AutoConfig, AutoModelForCTC, AutoModelForSpeechSeq2Seq, AutoProcessor, AutoTokenizer } = library
  const config = await AutoConfig.from_pretrained(source.model, options)
  const modelType = (config as unknown as SpeechModel['config']).model_type
  const isCtc = supports(AutoModelForCTC, modelType)
  if (!isCtc && !supports(AutoModelForSpeechSeq2Seq, modelType)) {
    throw new Error(`a model of the type "${modelType}" does not recognize speech`)
  }
  const [model, tokenizer, processor] = await Promise.all([
    (isCtc ? AutoModelForCTC : AutoModelForSpeechSeq2Seq).from_pretrained(source.model, { ...options, config }),
    AutoTokenizer.from_pretrained(source.model, options),
    AutoProcessor.from_pretrained(source.model, options),
  ])
  const parts = { task: 'automatic-speech-recognition', model, tokenizer, processor }
  const pipeline = new library.AutomaticSpeechRecognitionPipeline(parts as never)
  return {
    library,
    family: isCtc ? 'ctc' : /whisper/.test(modelType) ? 'whisper' : 'text',
    model: model as unknown as SpeechModel,
    tokenizer,
    processor,
    recognize: (audio, callOptions) => pipeline(audio, callOptions),
  }
}

function supports(models: object, modelType: string): boolean {
  return (models as { supports(type: string): boolean }).supports(modelType)
}

/** No graph or its weights are larger, nor is a description. */
const MAX_WEIGHTS_BYTES = 2 ** 36
const MAX_DESCRIPTION_BYTES = 2 ** 27
/** Seconds without a byte after which a connection is broken. */
const STALL_SEC = 30

function setEnvironment({ env, LogLevel }: typeof Library, source: PipelineSource, signal: AbortSignal): void {
  env.logLevel = LogLevel.NONE
  env.cacheDir = source.cacheDir
  env.allowLocalModels = source.isLocal
  env.allowRemoteModels = !source.isLocal
  env.remoteHost = source.host.endsWith('/') ? source.host : `${source.host}/`
  // Its own way of being offline refuses the cache, too, or reads files of any revision.
  env.fetch = source.offline ? async () => new Response(null, { status: 404 }) : download(env.remoteHost, signal)
}

/** The library sends the token to huggingface.co alone; here it goes to whichever Hub was set. */
function download(host: string, signal: AbortSignal): typeof Library.env.fetch {
  const token = process.env.HF_TOKEN
  return async (input, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    if (token && String(input).startsWith(host)) headers.set('Authorization', `Bearer ${token}`)
    const response = await fetch(input, { ...init, headers, signal })
    if (response.body === null) return response
    const maxBytes = /\.onnx(_data\w*)?(\?|$)/.test(String(input)) ? MAX_WEIGHTS_BYTES : MAX_DESCRIPTION_BYTES
    const bytes = boundedBytes(response.body, { maxBytes, stallSec: STALL_SEC })
    return new Response(ReadableStream.from(bytes), response)
  }
}

function tellOf(event: Library.ProgressInfo, tell: (text: string) => void): void {
  if (event.status === 'progress') tell(`loading ${event.file}, ${Math.floor(event.progress)} %`)
}
