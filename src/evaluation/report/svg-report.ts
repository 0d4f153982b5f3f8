import type { Evaluation } from '../evaluation.js'
import { settingsPlot } from './settings-plot.js'
import { PLOT_STYLE } from './style.js'

/** The plot of errors over lag as a picture of its own, which is light or dark as the system is; empty without lags. */
export function svgReport({ settings }: Evaluation): string {
  const plot = settingsPlot(settings)
  if (plot === '') return ''
  const ground = '<rect width="100%" height="100%" style="fill: var(--page)"/>'
  return `${plot
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace('</title>', `</title>\n<style>${PLOT_STYLE}</style>\n${ground}`)}\n`
}
