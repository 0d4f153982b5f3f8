import { LiveView, type Terminal } from './live-view.js'
import { breaksLinesAnew } from './terminal-kind.js'

/** A view that gives the cursor back also when the program ends at once. */
export function openLiveView(terminal: Terminal, env: Readonly<Record<string, string | undefined>>): LiveView {
  const view = new LiveView(terminal, {
    isStyled: !env.NO_COLOR,
    breaksAnew: breaksLinesAnew(env),
    pushesOut: !!env.TMUX,
  })
  process.once('exit', () => view.showCursor())
  return view
}
