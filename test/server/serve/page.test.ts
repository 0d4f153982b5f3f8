import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserWithMicrophone, CHROMIUM } from '../../helpers/browser.js'
import { type RunningServer, startServer } from '../../helpers/server.js'
import { fixturePath } from '../../helpers/speech.js'
import { waitUntil } from '../../helpers/waiting.js'
import { wordErrors } from '../../helpers/word-errors.js'

const MINUTE_MS = 60_000

describe.skipIf(CHROMIUM === null)('the page in Chromium', () => {
  let browser: Browser
  let server: RunningServer
  beforeAll(async () => {
    browser = await browserWithMicrophone(fixturePath('jfk'))
    server = await startServer()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })
  const open = async (path = '/', url = server.url) => {
    const context = await browser.newContext({ permissions: ['microphone'] })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('request', (request) => {
      if (!/^(https?|wss?|blob):/.test(request.url()) || !request.url().includes(new URL(url).host))
        faults.push(request.url())
    })
    await page.goto(`${url}${path}`)
    return { page, faults }
  }
  const textOf = (page: Page, id: string) =>
    page
      .locator(`#${id}`)
      .textContent()
      .then((text) => text ?? '')
  const says = (page: Page, text: string) => page.locator('#status', { hasText: text }).waitFor({ timeout: MINUTE_MS })
  const words = (page: Page, text: string) => page.locator('#final', { hasText: text }).waitFor({ timeout: MINUTE_MS })

  it('writes what is said into the microphone', async () => {
    const { page, faults } = await open()
    await page.click('#record')
    await says(page, 'Listening')
    await words(page, 'fellow Americans')
    await words(page, 'your country')
    expect(await textOf(page, 'lag')).toMatch(/^\d+\.\d s$/)
    await page.click('#record')
    await says(page, 'Done')
    expect(await textOf(page, 'partial')).toBe('')
    expect(faults.filter((fault) => !fault.startsWith('data:'))).toEqual([])
    await page.close()
  })

  it('writes a recording, gives files of it and the error rate', async () => {
    const { page } = await open()
    await page.setInputFiles('#file', fixturePath('jfk'))
    await says(page, 'Done')
    const text = await textOf(page, 'final')
    expect(wordErrors('jfk', text)).toBeLessThan(3)
    for (const format of ['srt', 'vtt', 'txt', 'json']) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-format=${format}]`)])
      expect(readFileSync(await download.path(), 'utf8')).toContain('fellow')
    }
    await page.click('summary:has-text("Error rate")')
    await page.fill('#reference', text)
    expect(await textOf(page, 'wer')).toBe('0.0 %')
    await page.locator('#final').press('ArrowRight')
    expect(await page.locator('#final .current').textContent()).toBe('And')
    await page.close()
  })

  it('goes on after the server was started again', async () => {
    const first = await startServer()
    const { page } = await open('/', first.url)
    await page.click('#record')
    await words(page, 'fellow')
    await first.stop()
    await says(page, 'Connecting again')
    const before = await textOf(page, 'final')
    const second = await startServer('--port', new URL(first.url).port)
    await says(page, 'Listening')
    await waitUntil(async () => (await textOf(page, 'final')).length > before.length, 'no text comes after it')
    expect(await textOf(page, 'final')).toContain(before.slice(0, 20))
    await page.close()
    await second.stop()
  })

  it('asks for the token, and takes it', async () => {
    const guarded = await startServer('--token', 'sesame')
    const { page } = await open('/', guarded.url)
    await page.locator('#problem', { hasText: 'token' }).waitFor()
    await page.click('summary:has-text("Settings")')
    await page.fill('[name=token]', 'sesame')
    await page.locator('[name=token]').blur()
    await page.locator('#model', { hasText: 'tiny.en' }).waitFor()
    await page.setInputFiles('#file', fixturePath('jfk'))
    await says(page, 'Done')
    expect(await textOf(page, 'final')).toContain('country')
    await page.close()
    await guarded.stop()
  })

  it('is clear where it lies over a picture, and begins by itself there', async () => {
    const { page } = await open('/overlay?listen')
    await words(page, 'fellow')
    expect(await page.locator('#controls').isVisible()).toBe(false)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgba(0, 0, 0, 0)')
    await page.close()
  })
})
