export { renderReport, writeReport } from './report.js'
export { type RunData, readRun } from './run-data.js'
