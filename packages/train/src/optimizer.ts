import type { AdamWSettings } from './model.js'
import { constantSchedule, type Schedule } from './schedule.js'

/** AdamW with a learning rate that follows the step. */
export interface OptimizerOptions extends Omit<AdamWSettings, 'lr'> {
  /** A number, or a rate for each step counted from 0. */
  readonly lr: number | Schedule
}

/** The settings at one step. */
export function settingsAt({ lr, ...rest }: OptimizerOptions, step: number): AdamWSettings {
  const schedule = typeof lr === 'number' ? constantSchedule(lr) : lr
  return { ...rest, lr: schedule(step) }
}
