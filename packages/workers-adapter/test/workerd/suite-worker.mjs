// Runs inside workerd: one case of the adapter suite a request, which names its group and its place there.
import { adapterCases, remoteServers, runCase, settingWith } from '@sansmtp/testkit/adapter-suite/portable'
import { connect } from '@sansmtp/workers'
import { capabilities } from '../capabilities.mjs'

export default {
  async fetch(request, { SERVERS }) {
    const { group, place, patience } = await request.json()
    try {
      const setting = await settingWith(remoteServers(SERVERS), connect, capabilities)
      await runCase(adapterCases[group].cases[place], setting, patience)
      return Response.json({ passed: true })
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
      return Response.json({ passed: false, error: { name, message, stack } })
    }
  },
}
