/** Colours and signs, or neither, by what the stream can show. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
  readonly ok: string
  readonly failed: string
  readonly warning: string
  readonly dot: string
  readonly rule: string
  /** Eight heights, low to high. */
  readonly bars: readonly string[]
  /** Frames of a spinner. */
  readonly frames: readonly string[]
}

export interface StyleOptions {
  readonly colour: boolean
  readonly unicode: boolean
}

const sgr = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
}

/** Meaning is never in the colour alone: each coloured sign is a different sign too. */
function createStyle({ colour, unicode }: StyleOptions): Style {
  const paint = (name: keyof typeof sgr) => {
    const [on, off] = sgr[name] as [number, number]
    return (text: string) => (colour ? `\x1b[${on}m${text}\x1b[${off}m` : text)
  }
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
    ok: unicode ? '✓' : '+',
    failed: unicode ? '✗' : 'x',
    warning: unicode ? '⚠' : '!',
    dot: unicode ? '·' : '-',
    rule: unicode ? '─' : '-',
    bars: unicode ? [...'▁▂▃▄▅▆▇█'] : [...'..::==##'],
    frames: unicode ? [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'] : [...'|/-\\'],
  }
}

/** Reads `NO_COLOR`, `FORCE_COLOR`, `TERM` and the locale: looks only, never results. */
export function styleOf(
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): Style {
  const { NO_COLOR, FORCE_COLOR, TERM, LC_ALL, LC_CTYPE, LANG } = environment
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0'
  const colour = !NO_COLOR && (forced || (stream.isTTY === true && TERM !== 'dumb'))
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  return createStyle({
    colour,
    unicode: TERM !== 'dumb' && (/utf-?8/i.test(locale) || locale === ''),
  })
}
