import { filesTask } from './files-task.js'
import type { Recipe } from './recipe.js'
import type { Task } from './task.js'
import { worldTask } from './world-task.js'

/** Makes or reads what a recipe's run is about. */
export async function openTask(recipe: Recipe): Promise<Task> {
  const { task } = recipe
  return task.kind === 'world' ? worldTask(recipe) : filesTask(recipe, task)
}
