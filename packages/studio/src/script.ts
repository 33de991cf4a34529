/**
 * The page's only script: pointing at a chart shows the values of that step, on all charts of the
 * section at once. Without it the page lacks nothing else.
 */
export const script = `
for (const section of document.querySelectorAll('section')) {
  const charts = [...section.querySelectorAll('[data-chart]')].map((figure) => ({
    figure, svg: figure.querySelector('svg'), cursor: figure.querySelector('.cursor'),
    reading: figure.querySelector('.reading'), words: figure.querySelector('.reading').textContent,
    data: JSON.parse(figure.dataset.chart),
  }))
  const show = (step) => {
    for (const { cursor, reading, words, data } of charts) {
      if (step === undefined) { cursor.setAttribute('x1', -9); cursor.setAttribute('x2', -9); reading.textContent = words; continue }
      const near = (points) => points.reduce((a, b) => Math.abs(b[0] - step) < Math.abs(a[0] - step) ? b : a)
      const [low, high] = data.x
      const x = data.left + (step - low) / (high - low || 1) * (data.width - data.left - data.right)
      cursor.setAttribute('x1', x); cursor.setAttribute('x2', x)
      reading.textContent = 'step ' + Math.round(step) + ': ' + data.curves.map((c) => {
        const p = near(c.points)
        return c.label + ' ' + p[1] + (Math.round(p[0]) === Math.round(step) ? '' : ' (@' + p[0] + ')')
      }).join(', ')
    }
  }
  for (const { svg, data } of charts) {
    svg.addEventListener('pointermove', (event) => {
      const box = svg.getBoundingClientRect()
      const x = (event.clientX - box.left) / box.width * data.width
      const share = Math.min(1, Math.max(0, (x - data.left) / (data.width - data.left - data.right)))
      show(Math.round(data.x[0] + share * (data.x[1] - data.x[0])))
    })
    svg.addEventListener('pointerleave', () => show(undefined))
  }
}
`
