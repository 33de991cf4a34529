import type { Listener, PipelineEvent, SampleEvent, StepEvent } from '../events.js'
import { duration, rate, short, spaced, sparkline } from './numbers.js'
import type { Style } from './style.js'
import { widthOf } from './window.js'

const barWidth = 16
const samplesShown = 3

/**
 * What the training window shows: which stage is at work, the curves of the phase that is
 * trained, and the latest trajectories. It holds events and draws them; it knows no terminal.
 */
export class TrainingView {
  readonly #title: string
  readonly #style: Style
  readonly #now: () => number
  #stage: { name: string; began: number; done?: number; total?: number } | undefined
  #phase = ''
  #phaseBegan = 0
  #firstStep = 0
  #latest: StepEvent | undefined
  #curves = new Map<string, number[]>()
  #dev: { step: number; em: number }[] = []
  #samples: SampleEvent[] = []
  #message = ''

  /** @param now milliseconds */
  constructor(title: string, style: Style, now: () => number = Date.now) {
    this.#title = title
    this.#style = style
    this.#now = now
  }

  /** Said in the last line, for example that Ctrl-C was heard. */
  set message(text: string) {
    this.#message = text
  }

  /** Takes an event; returns the lines that should stay above the window, if any. */
  readonly receive = (event: PipelineEvent): readonly string[] => {
    const { ok, warning, dot, dim, green, yellow } = this.#style
    switch (event.kind) {
      case 'stage': {
        if (event.state === 'started') {
          this.#stage = { name: event.stage, began: this.#now() }
          return []
        }
        if (this.#stage?.name === event.stage) this.#stage = undefined
        if (this.#phase === event.stage) this.#clearPhase('')
        const time = event.seconds === undefined ? '' : dim(duration(event.seconds).padStart(11))
        return [
          ` ${green(ok)} ${spaced(event.stage).padEnd(12)} ${(event.detail ?? '').padEnd(56)} ${time}`,
        ]
      }
      case 'progress':
        if (this.#stage?.name === event.stage)
          Object.assign(this.#stage, { done: event.done, total: event.total })
        return []
      case 'step':
        this.#takeStep(event)
        return []
      case 'evaluation':
        if (event.split === 'dev') this.#dev.push({ step: event.step, em: event.em })
        return []
      case 'sample':
        this.#samples = [...this.#samples, event].slice(-samplesShown)
        return []
      case 'note':
        return [
          event.level === 'warning' ? ` ${yellow(warning)} ${event.text}` : ` ${dot} ${event.text}`,
        ]
    }
  }

  /** The window's lines for a width. */
  readonly render = (width: number, tick: number): string[] => {
    const { frames, cyan, dim, yellow } = this.#style
    const lines: string[] = []
    if (this.#latest) lines.push(...this.#panel(width))
    if (this.#stage && this.#stage.name !== this.#phase) {
      const { name, began, done, total } = this.#stage
      const part = total ? ` ${done} of ${total}` : ''
      const spent = duration((this.#now() - began) / 1000)
      lines.push(
        ` ${cyan(frames[tick % frames.length]!)} ${spaced(name).padEnd(12)}${part}  ${dim(spent)}`,
      )
    }
    if (this.#message) lines.push(` ${yellow(this.#message)}`)
    else if (this.#latest) lines.push(dim(' Ctrl-C finishes the step, saves and stops'))
    return lines
  }

  #takeStep(event: StepEvent): void {
    if (event.phase !== this.#phase) {
      this.#clearPhase(event.phase)
      this.#phaseBegan = this.#now() - (event.metrics['time/step'] ?? 0) * 1000
      this.#firstStep = event.step - 1
    }
    this.#latest = event
    for (const [name, value] of Object.entries(event.metrics)) {
      const curve = this.#curves.get(name) ?? []
      curve.push(value)
      this.#curves.set(name, curve)
    }
  }

  #clearPhase(phase: string): void {
    this.#phase = phase
    this.#latest = undefined
    this.#curves = new Map()
    this.#dev = []
    this.#samples = []
  }

  #panel(width: number): string[] {
    const { rule, bold, dim, dot } = this.#style
    const { step, steps } = this.#latest!
    const perStep = (this.#now() - this.#phaseBegan) / 1000 / Math.max(1, step - this.#firstStep)
    const left = `${bold(this.#title)} ${dim(`${dot} ${spaced(this.#phase)}`)}`
    const right = `step ${step} of ${steps}   ${Math.floor((100 * step) / steps)} %   ${duration(perStep * (steps - step))} left`
    const gap = ' '.repeat(Math.max(2, width - widthOf(left) - right.length))
    const ruler = dim(rule.repeat(width))
    return [
      '',
      left + gap + right,
      ruler,
      ...this.#meters(width),
      ...this.#sampleLines(width),
      ruler,
    ]
  }

  #meters(width: number): string[] {
    const cells = this.#phase === 'warmStart' ? this.#warmStartCells() : this.#trainingCells()
    if (width < 64) return cells.map((cell) => ` ${cell}`)
    const half = Math.ceil(cells.length / 2)
    const column = Math.floor(width / 2)
    return cells.slice(0, half).map((cell, row) => {
      const padding = ' '.repeat(Math.max(1, column - widthOf(cell) - 1))
      return ` ${cell}${padding}${cells[row + half] ?? ''}`
    })
  }

  #warmStartCells(): string[] {
    return [
      this.#meter('loss', 'supervised/loss', rate),
      this.#meter('grad norm', 'supervised/gradNorm', short),
      `${'lr'.padEnd(10)}${short(this.#last('supervised/learningRate'))}`,
      this.#emCell(),
    ]
  }

  #trainingCells(): string[] {
    const policyTokens = this.#last('rollout/policyTokens') ?? 0
    const toolTokens = this.#last('rollout/toolTokens') ?? 0
    const cut = this.#last('rollout/cut') ?? 0
    return [
      this.#meter('reward', 'reward/mean', rate),
      this.#emCell(),
      this.#meter('searches', 'rollout/searches', (value) => (value ?? 0).toFixed(2).padEnd(5)),
      `${'length'.padEnd(10)}${policyTokens.toFixed(0)} + ${toolTokens.toFixed(0)} read, ${(100 * cut).toFixed(0)} % cut`,
      this.#meter('entropy', 'policy/entropy', rate),
      this.#meter('kl', 'policy/kl', (value) => short(value).padEnd(7)),
      this.#meter('grad norm', 'policy/gradNorm', rate),
      this.#timeCell(),
    ]
  }

  #emCell(): string {
    const best = this.#dev.reduce((a, b) => (b.em > a.em ? b : a), { em: 0, step: 0 })
    const values = this.#dev.map(({ em }) => em)
    const latest = values.at(-1)
    if (latest === undefined) return `${'EM (dev)'.padEnd(10)}${rate(undefined)}`
    const bars = sparkline(values, barWidth, this.#style.bars)
    return `${'EM (dev)'.padEnd(10)}${this.#style.bold(rate(latest))} ${this.#style.cyan(bars)} best ${rate(best.em)} @${best.step}`
  }

  #timeCell(): string {
    const step = this.#last('time/step') ?? 0
    const part = (name: string) =>
      `${Math.round((100 * (this.#last(`time/${name}`) ?? 0)) / (step || 1))} %`
    return `${'step'.padEnd(10)}${duration(step)}: rollout ${part('rollout')}, update ${part('update')}`
  }

  #meter(label: string, metric: string, format: (value: number | undefined) => string): string {
    const bars = sparkline(this.#curves.get(metric) ?? [], barWidth, this.#style.bars)
    return `${label.padEnd(10)}${this.#style.bold(format(this.#last(metric)))} ${this.#style.cyan(bars)}`
  }

  #last(metric: string): number | undefined {
    return this.#curves.get(metric)?.at(-1)
  }

  #sampleLines(width: number): string[] {
    if (this.#samples.length === 0) return []
    const { ok, failed, green, red, dim } = this.#style
    const room = Math.max(20, width - 46)
    return [
      '',
      ...this.#samples.map(({ question, answer, gold, reward, searches }) => {
        const sign = reward > 0 ? green(ok) : red(failed)
        const said = answer === undefined ? 'no answer' : answer
        const correction = reward > 0 ? '' : dim(` (gold: ${gold})`)
        const asked =
          question.length > room ? `${question.slice(0, room - 1)}…` : question.padEnd(room)
        return ` ${sign} ${asked}  ${searches} ${searches === 1 ? 'search  ' : 'searches'}  ${said}${correction}`
      }),
    ]
  }
}

/** Sends events through a view into a window. */
export function viewListener(view: TrainingView, print: (line: string) => void): Listener {
  return (event) => {
    for (const line of view.receive(event)) print(line)
  }
}
