import type { Log } from '../../core/types.js'
import type { ModelShelf } from '../session-pool/model-shelf.js'
import type { SessionPool } from '../session-pool/session-pool.js'
import type { UploadBudget } from './uploads.js'

/** What every protocol is given. */
export interface ServerKit {
  readonly pool: SessionPool
  readonly models: ModelShelf
  readonly uploads: UploadBudget
  readonly log: Log
  /** Of this program, for protocols that tell it. */
  readonly version: string
  /** Whether a folder may be loaded as a model because a client asks for it. */
  readonly mayLoad: (folder: string) => boolean
}
