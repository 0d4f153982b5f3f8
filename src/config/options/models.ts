import { PRECISIONS } from './choices.js'
import { modelByName, modelElsewhere } from './conditions.js'
import type { OptionRow, Type } from './row.js'
import { name, toggle } from './values.js'

/** Which model, and where it comes from. */
export const MODEL_OPTIONS = {
  /** Name of the model, such as "tiny.en". */
  model: {
    flag: '-m, --model <name>',
    group: 'models',
    help: 'name of the model, or owner/name on the Hugging Face Hub; the default knows English only',
    page: 'models.md',
    type: name,
    default: 'tiny.en',
    value: 'model',
    isCommon: true,
    needs: [modelByName],
  },
  /** Folder of the model itself; wins over `model` and `modelCacheDir`. */
  modelDir: {
    flag: '--model-dir <folder>',
    group: 'models',
    help: "folder with a model's files (nothing is downloaded)",
    page: 'model-export.md',
    type: (zod): Type<string | null> => name(zod).nullable(),
    default: null,
    value: 'folder',
    isCommon: true,
  },
  /** Folder in which models lie by name, and into which they are downloaded; null: the cache of the Hugging Face Hub. */
  modelCacheDir: {
    flag: '--model-cache-dir <folder>',
    group: 'models',
    help: 'folder for downloaded models',
    page: 'models.md',
    type: (zod): Type<string | null> => name(zod).nullable(),
    default: null,
    value: 'folder',
    needs: [modelByName, modelElsewhere],
  },
  /** Models are never downloaded. */
  offlineModels: {
    flag: '--offline-models',
    group: 'models',
    help: 'never download a model',
    type: toggle,
    default: false,
  },
  /** Branch, tag or commit of the model on the Hub; null: main. */
  revision: {
    flag: '--revision <name>',
    group: 'models',
    help: 'branch, tag or commit of a downloaded model',
    type: (zod): Type<string | null> => name(zod).nullable(),
    default: null,
    needs: [modelByName],
  },
  /** Quantization of the weights, where the model leaves a choice. */
  precision: {
    flag: '--precision <name>',
    group: 'models',
    help: 'quantization of a downloaded model',
    type: (zod): Type<(typeof PRECISIONS)[number]> => zod.enum(PRECISIONS),
    default: 'q8',
    choices: PRECISIONS,
  },
} as const satisfies Readonly<Record<string, OptionRow>>
