import { existsSync, readFileSync } from 'node:fs'
import Ajv from 'ajv'
import { parse, parseAllDocuments } from 'yaml'
import { schemaPath } from './tools.mjs'

/** Kinds that Kubernetes itself does not know, and the file of their schema. */
const FOREIGN = { ScaledObject: 'scaled-object.yaml', PodMonitor: 'pod-monitor.yaml' }

/**
 * Compares resources of foreign kinds with the definitions of their makers; unknown fields are faults.
 * @returns faults; null: the definitions are not there
 */
export function foreignFaults(text) {
  const resources = parseAllDocuments(text).map((document) => document.toJS())
  const foreign = resources.filter(({ kind }) => kind in FOREIGN)
  if (foreign.some(({ kind }) => !existsSync(schemaPath(FOREIGN[kind])))) return null
  return foreign.flatMap((resource) => {
    const { spec } = parse(readFileSync(schemaPath(FOREIGN[resource.kind]), 'utf8'))
    const version = spec.versions.find(({ name }) => resource.apiVersion === `${spec.group}/${name}`)
    if (version === undefined) return [`${resource.kind}: there is no ${resource.apiVersion}`]
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
    const isValid = ajv.compile(closed(version.schema.openAPIV3Schema))
    if (isValid(resource)) return []
    return isValid.errors.map(
      ({ instancePath, message, params }) => `${resource.kind}${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  })
}

/** A schema that takes no field which it does not name; that of metadata is Kubernetes' own. */
function closed(schema, name = '') {
  if (Array.isArray(schema)) return schema.map((one) => closed(one))
  if (typeof schema !== 'object' || schema === null) return schema
  const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value, key)]))
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] || name === 'properties' || name === 'metadata'
  const isObject =
    schema.type === 'object' && schema.properties !== undefined && schema.additionalProperties === undefined
  return isObject && !isOpen ? { ...parts, additionalProperties: false } : parts
}
