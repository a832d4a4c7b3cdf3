/** Speaks to a simulator's control endpoint and gives its answer; anything but success is an error with its reason. */
export async function control(
  simulatorUrl: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${simulatorUrl}/control/${path}`, {
    method,
    // A connection that is kept may be closed by the other side in the moment of its next use.
    headers: { connection: 'close' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`control ${path} answered ${response.status}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}
