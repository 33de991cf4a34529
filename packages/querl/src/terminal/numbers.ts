/** `0.412`: rates and losses, always of the same width. */
export function rate(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '  –  ' : value.toFixed(3)
}

/** `38.2 s`, `4 min 05 s`, `3 h 41 min`. */
export function duration(seconds: number): string {
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** `6 220`: thousands set apart, whatever the machine's locale. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ')
}

/** `1 document`, `6 220 documents`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `45.1 MB`, `1.24 GB`. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

/** `3.1e-4` for the small, `0.42` for the rest: values whose size is not known beforehand. */
export function short(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < 1e-3 || size >= 1e5) return value.toExponential(1)
  return value.toPrecision(3)
}

/** The whole course of some values in `width` bars, from the lowest to the highest among them. */
export function sparkline(
  values: readonly number[],
  width: number,
  bars: readonly string[],
): string {
  const finite = values.filter(Number.isFinite)
  const cells = Math.min(width, finite.length)
  const shown = Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * finite.length) / cells)
    const part = finite.slice(from, Math.floor(((cell + 1) * finite.length) / cells))
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
  const low = Math.min(...shown)
  const span = Math.max(...shown) - low
  return shown
    .map((value) => bars[span > 0 ? Math.round(((value - low) / span) * (bars.length - 1)) : 0])
    .join('')
    .padEnd(width)
}

/** `noSearchRl` → `no search rl`: names of phases for people. */
export function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
