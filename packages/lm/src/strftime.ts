// Dates as Python's strftime writes them in its C locale, whatever the locale here: prompts must not
// depend on the machine.

const months =
  'January February March April May June July August September October November December'.split(' ')
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
const padded = (value: number, length = 2) => String(value).padStart(length, '0')

const directives: Readonly<Record<string, (date: Date) => string>> = {
  '%': () => '%',
  A: (date) => days[date.getDay()]!,
  a: (date) => days[date.getDay()]!.slice(0, 3),
  B: (date) => months[date.getMonth()]!,
  b: (date) => months[date.getMonth()]!.slice(0, 3),
  d: (date) => padded(date.getDate()),
  H: (date) => padded(date.getHours()),
  I: (date) => padded(((date.getHours() + 11) % 12) + 1),
  j: (date) => padded(dayOfYear(date), 3),
  M: (date) => padded(date.getMinutes()),
  m: (date) => padded(date.getMonth() + 1),
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  S: (date) => padded(date.getSeconds()),
  Y: (date) => padded(date.getFullYear(), 4),
  y: (date) => padded(date.getFullYear() % 100),
}

/**
 * @param date in local time
 * @param format with the directives that chat templates use: %Y %m %d %B %b %A %a %H %M …
 * @throws {Error} for a directive that is not known here
 */
export function strftime(date: Date, format: string): string {
  return format.replace(/%(.?)/gs, (whole, directive: string) => {
    const write = directives[directive]
    if (!write) throw new Error(`strftime_now() does not know ${whole}`)
    return write(date)
  })
}

function dayOfYear(date: Date): number {
  const utc = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return (utc - Date.UTC(date.getFullYear(), 0, 0)) / 86_400_000
}
