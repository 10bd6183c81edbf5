// The same in a Worker, whose test this is.
import * as adapter from '@sansmtp/workers'
import { deliver } from './deliver.mjs'

export default {
  async test(_controller, { ERRAND }) {
    await deliver(adapter, JSON.parse(ERRAND))
  },
}
