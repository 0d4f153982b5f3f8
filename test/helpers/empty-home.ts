import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './program.js'

/** By these ONNX Runtime knows that it runs under CI, where it has no telemetry. */
const CI_VARIABLES = [
  'CI',
  'TF_BUILD',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'APPVEYOR',
  'TRAVIS',
  'CIRCLECI',
  'JENKINS_URL',
  'BUILD_ID',
  'BUILD_BUILDID',
  'BUILD_BUILDNUMBER',
  'BUILDKITE',
  'CODEBUILD_BUILD_ID',
  'TEAMCITY_VERSION',
  'SYSTEM_TEAMFOUNDATIONCOLLECTIONURI',
]
/** These say elsewhere than in the home where programs keep what they keep. */
const PLACES = ['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'HF_HOME', 'HF_HUB_CACHE']

/** A user who has nothing yet: where the home, the temporary folder and the current folder are empty. */
export interface EmptyHome {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** All that was left in any of the three, with the name of the place before it. */
  left(): readonly string[]
}

/** Makes one that lasts as long as the test; outside of any CI, with no telemetry switched on or off. */
export function emptyHome(): EmptyHome {
  const folder = temporaryFolder()
  const [home, temporary, cwd] = ['home', 'temporary', 'current'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const place of [home, temporary, cwd]) mkdirSync(place)
  const away = [...CI_VARIABLES, ...PLACES, 'ORT_DISABLE_TELEMETRY', 'ORT_RUNNING_UNIT_TESTS', 'NODE_OPTIONS']
  return {
    cwd,
    env: {
      ...Object.fromEntries(away.map((name) => [name, undefined])),
      ...Object.fromEntries(['HOME', 'USERPROFILE', 'LOCALAPPDATA', 'APPDATA'].map((name) => [name, home])),
      ...Object.fromEntries(['TMPDIR', 'TEMP', 'TMP'].map((name) => [name, temporary])),
    },
    left: () => (readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[]).filter(isLeft).sort(),
  }
}

function isLeft(path: string): boolean {
  return !['home', 'temporary', 'current'].includes(path)
}
