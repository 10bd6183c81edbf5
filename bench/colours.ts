import pc from 'picocolors'

// picocolors also colours where CI is set, and then the codes end up in log files.
export const colours = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported)
