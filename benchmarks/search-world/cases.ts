import type { SuiteDescription } from '../result.js'

export const description: SuiteDescription = {
  summary: 'what every policy of `querl quickstart --full` reaches on held-out names (minutes)',
  cases: [
    {
      name: 'whole run, seeds',
      summary: 'time; `-- 20,21,22` names seeds, `-- runs/…` a finished run',
    },
    { name: ', seeds', summary: "each policy's EM and searches" },
  ],
}
