/** What is released when it is not needed any more. */
export interface Closable {
  close?(): Promise<void>
}

/** Waits for work, but no longer than so many seconds. */
export async function within(seconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 1000 * seconds)
  })
  try {
    await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Waits for a step that comes after something was opened and before anybody looks after it. Where the step fails, what
 * was opened is closed; the failure of the step is the one that is told.
 */
export async function orClose<Value>(opened: Closable, step: Promise<Value>): Promise<Value> {
  try {
    return await step
  } catch (error) {
    await opened.close?.().catch(() => undefined)
    throw error
  }
}
