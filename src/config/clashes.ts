import type { ConfigKey } from './option-table.js'
import type { ASRConfig } from './options/table.js'

/** Two values of a configuration that exclude each other. */
export interface Clash {
  /** The two keys. The first is the one that is meant to go where both come from far off. */
  readonly keys: readonly [ConfigKey, ConfigKey]
  /** Whether the first merely has no effect without the second, so that it can be left out without harm. */
  readonly isDependent: boolean
  readonly message: (nameOf: (key: string) => string) => string
  readonly hint: (nameOf: (key: string) => string) => string
}

/** The clashes of a configuration, the gravest first. */
export function clashesOf(config: ASRConfig): readonly Clash[] {
  const { offline, compUnaware, languages, lan, fast, beamSize, temperature, policy, compat } = config
  const clashes: Clash[] = []
  if (offline && compUnaware) {
    clashes.push({
      keys: ['offline', 'compUnaware'],
      isDependent: false,
      message: (nameOf) => `${nameOf('offline')} and ${nameOf('compUnaware')} exclude each other`,
      hint: () => 'leave one of them out',
    })
  }
  if (languages.length > 0 && lan !== 'auto') {
    clashes.push({
      keys: ['languages', 'lan'],
      isDependent: false,
      message: (nameOf) => `${nameOf('languages')} goes with detection, not with ${nameOf('lan')} ${lan}`,
      hint: () => 'leave one of them out',
    })
  }
  const searches = {
    fast,
    beamSize: beamSize !== null && beamSize > 1,
    temperature: temperature?.some((value) => value > 0) ?? false,
  }
  for (const key of ['beamSize', 'temperature'] as const) {
    if (!fast || !searches[key]) continue
    clashes.push({
      keys: ['fast', key],
      isDependent: false,
      message: (nameOf) => `${nameOf('fast')} and ${nameOf(key)} ${config[key]} exclude each other`,
      hint: () => 'leave one of them out',
    })
  }
  for (const key of ['fast', 'temperature'] as const) {
    if (!searches[key] || offline) continue
    clashes.push({
      keys: [key, 'offline'],
      isDependent: true,
      message: (nameOf) => `${nameOf(key)} goes with ${nameOf('offline')} only`,
      hint: (nameOf) => `leave it out, or give ${nameOf('offline')}`,
    })
  }
  if (searches.beamSize && !offline) clashes.push(...clashesOfBeams(config))
  for (const other of ['offline', 'compat'] as const) {
    if (policy !== 'alignatt' || !(other === 'offline' ? offline : compat !== null)) continue
    clashes.push({
      keys: [other, 'policy'],
      isDependent: false,
      message: (nameOf) => `${nameOf(other)} goes with the policy local-agreement only`,
      hint: (nameOf) => `leave out ${nameOf(other)}, or the policy`,
    })
  }
  return clashes
}

/** Beams make most streams late: a stream has them only where they are given up in time. */
function clashesOfBeams(config: ASRConfig): readonly Clash[] {
  const { maxLag, policy, compat } = config
  if (maxLag === null) {
    return [
      {
        keys: ['beamSize', 'offline'],
        isDependent: true,
        message: (nameOf) => `${nameOf('beamSize')} goes with ${nameOf('offline')} or ${nameOf('maxLag')} only`,
        hint: (nameOf) => `leave it out, or give ${nameOf('offline')} or ${nameOf('maxLag')}`,
      },
    ]
  }
  const others = [
    ...(policy === 'alignatt' ? ['policy' as const] : []),
    ...(compat === null ? [] : ['compat' as const]),
  ]
  return others.map((other) => ({
    keys: ['beamSize', other],
    isDependent: true,
    message: (nameOf) => `${nameOf('beamSize')} does not go with ${nameOf(other)} ${config[other]} in a stream`,
    hint: () => 'leave one of them out',
  }))
}
