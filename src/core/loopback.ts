const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/i;

/** Whether only this machine can reach a host name or address, in brackets or not. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
